using Gateway.Caching;
using Gateway.Configuration;
using Gateway.Streaming;
using Gateway.Tests.Requests;

namespace Gateway.Tests.Caching;

public sealed class CacheEligibilityTests
{
    [Theory]
    [InlineData("\"temperature\":0", true)]
    [InlineData("\"temperature\":0.0e3", true)]
    [InlineData("\"temperature\":0.1", false)]
    [InlineData("\"temperature\":null", false)]
    [InlineData("\"top_p\":1", false)]
    [InlineData("\"seed\":7", true)]
    [InlineData("\"seed\":null", false)]
    [InlineData("\"temperature\":0,\"n\":2", false)]
    [InlineData("\"temperature\":0,\"n\":2,\"seed\":1", true)]
    [InlineData("\"temperature\":0,\"store\":true", false)]
    public void Allows_Deterministic_TemperatureZeroOrASeed(string members, bool expected) =>
        Assert.Equal(expected, Allows(Endpoint.ChatCompletions, members, new() { Enabled = true }));

    [Fact]
    public void Allows_Embeddings_AreDeterministic() => Assert.True(Allows(Endpoint.Embeddings, "\"input\":\"a\"", new() { Enabled = true }));

    [Theory]
    [InlineData((int)CacheWhen.Always, false, false, true)]
    [InlineData((int)CacheWhen.Always, false, true, false)]
    [InlineData((int)CacheWhen.Request, false, false, false)]
    [InlineData((int)CacheWhen.Request, true, false, true)]
    public void Allows_OtherModes_AsTheyAndTheClientSay(int when, bool asks, bool bypasses, bool expected) =>
        Assert.Equal(expected, Allows(Endpoint.ChatCompletions, "\"top_p\":1", new() { Enabled = true, When = (CacheWhen)when }, new() { AsksForCache = asks, Bypasses = bypasses }));

    [Fact]
    public void Allows_NotEnabled_Never() => Assert.False(Allows(Endpoint.Embeddings, "\"input\":\"a\"", new() { When = CacheWhen.Always }));

    private static bool Allows(Endpoint endpoint, string members, CacheOptions options, CacheDirectives directives = default)
    {
        ScannedRequest request = new($$"""{"model":"m",{{members}}}""", endpoint);
        return CacheEligibility.Allows(request.Body, request.Fields, options, directives);
    }
}
