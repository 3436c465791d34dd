using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Hedging from outside: which requests may be hedged, how often, and onto whom.</summary>
public sealed class HedgePermissionTests
{
    /// <summary>Long after the delay: whoever is not hedged waits for it.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("hedging: { delay: 20ms }", true, "x-gateway-hedge: off\r\n", "", false)]
    [InlineData("hedging: { delay: 20ms }", true, "X-Gateway-Hedge: OFF\r\n", "", false)]
    [InlineData("hedging: { delay: 20ms }", true, "", "\"store\":true,", false)]
    [InlineData("hedging: { delay: 20ms }", false, "", "", false)]
    [InlineData("hedging: { delay: 20ms, max-hedges: 0 }", true, "", "", false)]
    [InlineData("hedging: { delay: 20ms, budget: 0% }", true, "", "", false)]
    [InlineData("hedging: { delay: p95 }", true, "", "", false)]
    [InlineData("hedging: { budget: 50% }", true, "", "", false)]
    [InlineData("retries: { max-attempts: 1 }\nhedging: { delay: 20ms }", true, "", "", false)]
    [InlineData("hedging: { delay: 20ms, unary: true }", false, "x-gateway-hedge: off\r\n", "", false)]
    [InlineData("hedging: { delay: 20ms, unary: true }", false, "", "\"store\":true,", false)]
    [InlineData("hedging: { delay: 20ms, unary: true }", false, "", "", true)]
    [InlineData("hedging: { delay: 20ms }", true, "x-gateway-hedge: on\r\n", "\"store\":false,", true)]
    [InlineData("hedging: { delay: 20ms }", true, "", "\"store\":null,", true)]
    public async Task Request_MayBeHedged_OnlyWhenAllAgree(string top, bool stream, string headers, string fields, bool isHedged)
    {
        await using Stage stage = await Stage.StartAsync(top, new StagedProvider("a", 2));
        // The hedge wins however slow this machine is; whoever is not hedged gets an answer in the end.
        stage["a-1"].Does = isHedged ? Play.Silent : SlowAsync;
        RawResponse response = await stage.AskAsync(stream, headers: headers, fields: fields);
        Assert.Equal((200, isHedged ? "a-2" : "a-1", isHedged ? 1 : 0), (response.Status, response.Header("x-gateway-replica"), stage["a-2"].Count));
        Assert.Equal(isHedged ? "true" : null, response.Header("x-gateway-hedged"));
        Assert.Equal(stream ? Play.StreamBody : Play.UnaryBody, response.Body);
        Assert.Equal(isHedged ? 1 : 0, await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"won\""));
    }

    [Fact]
    public async Task Budget_HundredRequestsToSlowReplicas_AreHedgedInFewCases()
    {
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 10ms, budget: 5% }", new StagedProvider("a", 2));
        stage["a-1"].Does = stage["a-2"].Does = SlowAsync;
        RawResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => stage.AskAsync()));
        Assert.All(responses, response => Assert.Equal(200, response.Status));
        await stage.Gateway.IdleAsync();
        // It starts with one, and 100 requests bring 5.
        Assert.InRange(stage.Count, 101, 106);
        double won = await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"won\""), lost = await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"lost\"");
        Assert.Equal(stage.Count - 100, won + lost);
        Assert.Equal(100 - (won + lost), await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"denied\""));
        Assert.Equal(won + lost, responses.Count(response => response.Header("x-gateway-hedged") == "true"));
    }

    [Theory]
    [InlineData("429")]
    [InlineData("ejected")]
    [InlineData("drained")]
    public async Task Hedge_NeverGoesOntoAReplicaThatIsKeptAway(string how)
    {
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 50ms, budget: 100% }", new StagedProvider("a", 2, Options: "health: { eject-after: 1 }"));
        stage["a-2"].Does = how == "429" ? Play.Status(429, "Retry-After: 60\r\n") : Play.Status(503);
        if (how == "drained")
            await stage.DrainAsync("a-2");
        for (int i = 0; i < 3; i++)
            Assert.Equal("a-1", (await stage.AskAsync(headers: "x-gateway-hedge: off\r\n")).Header("x-gateway-replica"));
        int asked = stage["a-2"].Count;
        Assert.Equal(how == "drained" ? 0 : 1, asked);

        stage["a-1"].Does = SlowAsync;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "a-1", asked), (response.Status, response.Header("x-gateway-replica"), stage["a-2"].Count));
        Assert.InRange(await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"denied\""), 1, 4);
    }

    [Fact]
    public async Task Pinned_HedgeStaysInsideTheProvider()
    {
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 20ms }", new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = SlowAsync;
        Assert.Equal("a-1", (await stage.AskAsync(model: "a/m")).Header("x-gateway-replica"));
        Assert.Equal(0, stage["b-1"].Count);
        stage["a-1"].Does = Play.Silent;
        Assert.Equal("b-1", (await stage.AskAsync()).Header("x-gateway-replica"));
    }

    private static async Task SlowAsync(UpstreamConnection connection, string request)
    {
        await Task.Delay(Slow, TimeProvider.System);
        await Play.Answer(connection, request);
    }
}
