using System.Text;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Requests;
using Gateway.Streaming.Requests;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;
using Endpoint = Gateway.Streaming.Endpoint;
using Provider = Gateway.Upstream.Provider;

namespace Gateway.Tests.Upstream;

public sealed class UpstreamRequestTests : IDisposable
{
    private readonly Provider _provider = new(
        new ProviderOptions
        {
            Name = "p",
            Type = ProviderType.OpenAi,
            BaseUrls = [new Uri("http://upstream:8000/base")],
            Models = ["m"],
            Request = new() { Headers = [new("x-team", new Secret("blue"))] },
        },
        TimeProvider.System);

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Build_TheSecondRequest_IsTheFirstOnesBytes()
    {
        Credential credential = Credential.Bearer("secret");
        string first = Build(credential).Head;

        Assert.Equal(first, Build(credential).Head);
        Assert.Equal(
            """
            POST /base/v1/chat/completions HTTP/1.1
            Host: upstream:8000
            Content-Type: application/json
            Accept-Encoding: identity
            Authorization: Bearer secret
            x-team: blue
            x-request-id: r
            User-Agent: test
            Content-Length: 26

            {"model":"m","messages":0}
            """.ReplaceLineEndings("\r\n"),
            first);
    }

    [Fact]
    public void Build_AnotherCredential_IsSent()
    {
        Build(Credential.Bearer("old"));

        string head = Build(Credential.Bearer("new")).Head;

        Assert.Contains("\r\nAuthorization: Bearer new\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("old", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", Build(Credential.None).Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions, "", "/base/v1/chat/completions")]
    [InlineData(Endpoint.Completions, "", "/base/v1/completions")]
    [InlineData(Endpoint.ChatCompletions, "?a=b", "/base/v1/chat/completions?a=b")]
    public void Build_AnotherEndpointOrAQuery_HasItsOwnTarget(Endpoint endpoint, string query, string target)
    {
        Build(Credential.None);
        Build(Credential.None, Endpoint.Completions);

        Assert.StartsWith($"POST {target} HTTP/1.1\r\n", Build(Credential.None, endpoint, query).Head, StringComparison.Ordinal);
    }

    /// <summary>Head and body that fit into one send are one piece; of others the client's bytes are sent where they are.</summary>
    [Fact]
    public void Build_UpToOneSend_BodyIsBehindItsHead()
    {
        int head = Build(Credential.None, length: 10_000).Head.Length - 10_000;

        (string whole, int rest) = Build(Credential.None, length: Http1Limits.FirstSendBytes - head);
        Assert.Equal((Http1Limits.FirstSendBytes, 0), (whole.Length, rest));

        (string alone, rest) = Build(Credential.None, length: Http1Limits.FirstSendBytes - head + 1);
        Assert.Equal((head, Http1Limits.FirstSendBytes - head + 1), (alone.Length, rest));
        Assert.EndsWith("\r\n\r\n", alone, StringComparison.Ordinal);
    }

    private (string Head, int Body) Build(Credential credential, Endpoint endpoint = Endpoint.ChatCompletions, string query = "", int length = 26)
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"model":"m","messages":0""" + new string(' ', length - 26) + "}");
        RequestFields fields = new();
        Assert.Null(RequestScanner.Scan(body, endpoint, fields));
        using InboundRequest owner = new(0);
        UpstreamCall call = new()
        {
            Endpoint = endpoint,
            Model = "m",
            Body = body,
            BodyOwner = owner,
            Fields = fields,
            Headers = new HeaderDictionary { ["User-Agent"] = "test" },
            Query = query,
            RequestId = "r",
            MayBeHedged = false,
        };
        using UpstreamRequest request = new();
        request.Build(call, new Candidate(_provider.Replicas[0], "m"), credential, new Random(1));
        return (Encoding.ASCII.GetString(request.Head.Span), request.Body.Length);
    }
}
