using System.Text;

namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>Bodies through the gateway are the upstream's, byte for byte, wherever nothing documented changes them.</summary>
public sealed class AnswerIdentityTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string SameId = $"{GatewayFixture.ResponseIdHeader}: {GatewayFixture.ResponseId}";

    private static readonly string[] Answers =
    [
        GatewayFixture.Model, "sim/crlf", "sim/comments", "sim/tricky", "sim/escapes", "sim/reasoning-5", "sim/tools", "sim/usage-each", "sim/usage-last",
        "sim/no-usage", "sim/dribble", "sim/big-chunk-100", "sim/reasoning-3+tools+comments+crlf", "sim/escapes+dribble",
    ];

    public static TheoryData<string, string> Streams() => Each("chat", "completions", "responses", "messages");

    public static TheoryData<string, string> UsageStreams() => Each("chat", "completions");

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Stream_WhereNothingChanges_IsByteForByteTheUpstreams(string endpoint, string model)
    {
        string body = Requests.Body(endpoint, model, stream: true);

        await AssertSameAsync(endpoint, body);
    }

    /// <summary>The gateway asks for usage itself and takes the chunk out again: what is left is what the upstream says when nobody asks.</summary>
    [Theory]
    [MemberData(nameof(UsageStreams))]
    public async Task Stream_WithInjectedUsage_LacksTheUsageChunkOnly(string endpoint, string model)
    {
        string body = Requests.Body(endpoint, model, stream: true, includeUsage: false);

        RawAnswer answer = await AssertSameAsync(endpoint, body);

        Assert.DoesNotContain("\"choices\":[],", answer.Text, StringComparison.Ordinal);
        string sent = Encoding.UTF8.GetString(fixture.LastPost.Body.Span);
        Assert.Contains("\"include_usage\":true", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    public async Task Stream_ThatAsksForUsage_HasTheUsageChunk(string endpoint)
    {
        string body = Requests.Body(endpoint, GatewayFixture.Model, stream: true);

        RawAnswer answer = await AssertSameAsync(endpoint, body);

        Assert.Contains("\"choices\":[],", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"usage\":{\"prompt_tokens\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    public async Task Stream_WithoutDone_GetsExactlyOne(string endpoint)
    {
        string body = Requests.Body(endpoint, "sim/no-done", stream: true);

        (RawAnswer direct, RawAnswer through) = await BothAsync(endpoint, body);

        Assert.DoesNotContain("[DONE]", direct.Text, StringComparison.Ordinal);
        Assert.Equal(direct.Text + "data: [DONE]\n\n", through.Text);
    }

    [Theory]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task Stream_WithoutDone_OfTypedEvents_GetsNone(string endpoint)
    {
        string body = Requests.Body(endpoint, "sim/no-done", stream: true);

        await AssertSameAsync(endpoint, body);
    }

    [Theory]
    [InlineData("chat", GatewayFixture.Model)]
    [InlineData("chat", "sim/tools")]
    [InlineData("chat", "sim/reasoning-5")]
    [InlineData("chat", "sim/escapes")]
    [InlineData("chat", "sim/tricky")]
    [InlineData("chat", "sim/big-chunk-100")]
    [InlineData("chat", "sim/dribble")]
    [InlineData("completions", GatewayFixture.Model)]
    [InlineData("completions", "sim/escapes")]
    [InlineData("embeddings", GatewayFixture.Model)]
    [InlineData("responses", GatewayFixture.Model)]
    [InlineData("responses", "sim/tools")]
    [InlineData("messages", GatewayFixture.Model)]
    [InlineData("messages", "sim/tools")]
    public async Task Unary_Always_IsByteForByteTheUpstreams(string endpoint, string model)
    {
        string body = Requests.Body(endpoint, model, stream: false);

        await AssertSameAsync(endpoint, body);
    }

    /// <summary>Several choices interleave in one stream.</summary>
    [Fact]
    public async Task Stream_WithSeveralChoices_IsByteForByteTheUpstreams()
    {
        string body = Requests.Body("chat", GatewayFixture.Model, stream: true).Replace("\"stream\"", "\"n\":3,\"stream\"", StringComparison.Ordinal);

        await AssertSameAsync("chat", body);
    }

    /// <summary>What Dynamo adds on request passes: worker and timing in the last chunk.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_WithDynamosExtensions_KeepsThem(bool stream)
    {
        string body = Requests.Body("chat", GatewayFixture.Model, stream).Replace("\"messages\"", "\"nvext\":{\"extra_fields\":[\"worker_id\",\"timing\"]},\"messages\"", StringComparison.Ordinal);

        RawAnswer answer = await AssertSameAsync("chat", body);

        Assert.Contains("\"worker_id\"", answer.Text, StringComparison.Ordinal);
    }

    private static TheoryData<string, string> Each(params string[] endpoints)
    {
        TheoryData<string, string> data = [];
        foreach (string endpoint in endpoints)
        {
            foreach (string model in Answers)
                data.Add(endpoint, model);
        }

        return data;
    }

    private async Task<RawAnswer> AssertSameAsync(string endpoint, string body)
    {
        (RawAnswer direct, RawAnswer through) = await BothAsync(endpoint, body);
        Assert.Equal(direct.Text, through.Text);
        Assert.True(direct.Body.AsSpan().SequenceEqual(through.Body));
        return through;
    }

    private async Task<(RawAnswer Direct, RawAnswer Through)> BothAsync(string endpoint, string body)
    {
        RawAnswer direct = await RawClient.PostAsync(fixture.Upstream.Address, Requests.Path(endpoint), body, SameId);
        RawAnswer through = await RawClient.PostAsync(fixture.Gateway.Address, Requests.Path(endpoint), body, SameId);
        Assert.Equal(200, direct.Status);
        Assert.Equal(200, through.Status);
        Assert.True(through.IsWhole);
        Assert.Equal(direct.Header("content-type"), through.Header("content-type"));
        return (direct, through);
    }
}
