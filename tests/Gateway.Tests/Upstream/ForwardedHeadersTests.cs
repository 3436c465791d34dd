using System.Text;
using Gateway.Configuration;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Upstream;

public sealed class ForwardedHeadersTests
{
    [Theory]
    [InlineData("x-session-id")]
    [InlineData("keep-alive, x-session-id")]
    [InlineData("close,X-Session-Id")]
    [InlineData("x-session-id, keep-alive")]
    [InlineData(" , x-session-id ,")]
    public void Write_HeaderNamedByConnection_StaysHere(string connection) =>
        Assert.Equal("", Forward([], ("Connection", connection), ("x-session-id", "1")));

    [Theory]
    [InlineData("Accept")]
    [InlineData("user-agent")]
    [InlineData("traceparent")]
    [InlineData("OpenAI-Beta")]
    [InlineData("anthropic-version")]
    [InlineData("x-dynamo-session-id")]
    [InlineData("x-session-id")]
    [InlineData("x-mine")]
    public void Write_HeaderOnTheListOrAllowed_GoesOn(string name) =>
        Assert.Equal($"{name}: v\r\n", Forward(["X-Mine"], (name, "v")));

    [Theory]
    [InlineData("Authorization")]
    [InlineData("api-key")]
    [InlineData("X-API-Key")]
    [InlineData("Cookie")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("x-tenant-id")]
    [InlineData("x-gateway-timeout")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Expect")]
    [InlineData("x-other")]
    public void Write_OtherHeader_StaysHereEvenWhenItsNameIsAllowed(string name) =>
        Assert.Equal("", Forward(name == "x-other" ? [] : [name], (name, "v")));

    [Fact]
    public void Write_ValueThatCouldSplitTheHead_IsLeftOut() =>
        Assert.Equal("x-session-id: good\r\n", Forward([], ("openai-x", "a\r\nevil: b"), ("x-session-id", "good"), ("openai-y", "a\0")));

    [Theory]
    [InlineData("x-dynamo-session-id", true, true)]
    [InlineData("X-Dynamo-Priority", true, false)]
    [InlineData("x-dynamo-worker-id", true, false)]
    [InlineData("x-dynamo-allowed", true, true)]
    public void Write_DynamoHeader_GoesOnFromStrangersOnlyWhenItSteersNothing(string name, bool whenOpen, bool withKeys)
    {
        string[] allowed = ["x-dynamo-allowed"];

        Assert.Equal(whenOpen ? $"{name}: v\r\n" : "", Forward(isTrusted: true, allowed, (name, "v")));
        Assert.Equal(withKeys ? $"{name}: v\r\n" : "", Forward(isTrusted: false, allowed, (name, "v")));
    }

    private static string Forward(string[] allowed, params (string Name, string Value)[] headers) => Forward(isTrusted: true, allowed, headers);

    private static string Forward(bool isTrusted, string[] allowed, params (string Name, string Value)[] headers)
    {
        HeaderDictionary dictionary = [];
        foreach ((string name, string value) in headers)
            dictionary[name] = value;
        using PooledBuffer buffer = new();
        ForwardedHeaders.Write(dictionary, new UpstreamRequestOptions { AllowHeaders = allowed }, isTrusted, new RequestHeadWriter(buffer));
        return Encoding.ASCII.GetString(buffer.Written.Span);
    }
}
