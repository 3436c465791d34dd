using Gateway.Routing;
using Gateway.Tests.Requests;
using Microsoft.AspNetCore.Http;
using TestKit.Memory;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Routing;

public sealed class AffinityKeyTests
{
    private const string Everything = """{"model":"m","user":"u","prompt_cache_key":"k","messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public void Of_EverySource_TheFirstCounts()
    {
        ulong?[] keys =
        [
            Key(Everything, ("x-dynamo-session-id", "d"), ("x-session-id", "s")),
            Key(Everything, ("x-session-id", "s")),
            Key(Everything),
            Key(Everything.Replace("\"prompt_cache_key\":\"k\",", "", StringComparison.Ordinal)),
            Key("""{"model":"m","messages":[{"role":"user","content":"hi"}]}"""),
        ];

        Assert.Equal(keys.Length, keys.OfType<ulong>().Distinct().Count());
        Assert.Equal(keys[0], Key("""{"model":"other"}""", ("X-Dynamo-Session-Id", "d")));
        Assert.Equal(keys[2], Key("""{"prompt_cache_key" : "k", "model":"other","user":7}"""));
        Assert.Equal(keys[3], Key("""{"model":"other", "user" : "u"}"""));
        Assert.Equal(keys[2], Key(Everything, ("x-dynamo-session-id", "")));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("{\"id\":\"u\"}")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Of_UserOfAnotherTypeOrEmpty_CountsAsAbsent(string user)
    {
        Assert.Null(Key($$"""{"model":"m","user":{{user}}}"""));
        Assert.Equal(Key("""{"model":"m","messages":[1]}"""), Key($$"""{"model":"m","user":{{user}},"messages":[1]}"""));
    }

    [Theory]
    [InlineData(Endpoint.ChatCompletions, "messages")]
    [InlineData(Endpoint.Messages, "messages")]
    [InlineData(Endpoint.Completions, "prompt")]
    [InlineData(Endpoint.Responses, "input")]
    [InlineData(Endpoint.Embeddings, "input")]
    public void Of_Contents_TheirFirstBytesCount(Endpoint endpoint, string name)
    {
        string Body(int same, char next) => $$"""{"model":"m","{{name}}":"{{new string('x', same - 1)}}{{next}} and more"}""";

        Assert.NotNull(KeyOf(endpoint, Body(10, 'a')));
        Assert.Equal(KeyOf(endpoint, Body(AffinityKey.PrefixBytes, 'a')), KeyOf(endpoint, Body(AffinityKey.PrefixBytes, 'b')));
        Assert.NotEqual(KeyOf(endpoint, Body(AffinityKey.PrefixBytes - 1, 'a')), KeyOf(endpoint, Body(AffinityKey.PrefixBytes - 1, 'b')));
        Assert.Null(KeyOf(endpoint, $$"""{"model":"m","{{name}}":[]}"""));
    }

    [Fact]
    public void Of_OtherEndpointsFields_DoNotCount()
    {
        Assert.Null(KeyOf(Endpoint.Embeddings, """{"model":"m","messages":[1,2,3]}"""));
        Assert.Null(KeyOf(Endpoint.Messages, """{"model":"m","user":"u"}"""));
    }

    [Fact]
    public void Of_WarmedUp_AllocatesNothing()
    {
        HeaderDictionary headers = new() { ["x-request-id"] = "r" };
        ScannedRequest request = new("""{"model":"m","user":5,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(0, AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
                AffinityKey.Of(headers, request.Body, request.Fields);
        }));
    }

    private static ulong? Key(string body, params (string Name, string Value)[] headers) => KeyOf(Endpoint.ChatCompletions, body, headers);

    private static ulong? KeyOf(Endpoint endpoint, string body, params (string Name, string Value)[] headers)
    {
        HeaderDictionary dictionary = [];
        foreach ((string name, string value) in headers)
            dictionary[name] = value;
        ScannedRequest request = new(body, endpoint);
        return AffinityKey.Of(dictionary, request.Body, request.Fields);
    }
}
