using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>An upstream call lives as long as anybody waits for it, in whichever shape, and no longer.</summary>
public sealed class LastWaiterTests
{
    /// <summary>What the upstream was asked for, and whom the stream has besides.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Last_LeavesBeforeContent_TheUpstreamCallEnds(bool leaderStreams, bool joinerStreams)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldRequests held = new();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient leader = await stage.PostAsync(leaderStreams);
        await held.ArrivedAsync();
        RawClient[] joiners = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.PostAsync(joinerStreams)));
        await ActiveAsync(stage, 6);
        leader.Reset();
        await ActiveAsync(stage, 5);
        foreach (RawClient joiner in joiners[1..])
            joiner.Reset();
        await ActiveAsync(stage, 1);
        Assert.Equal(1, stage.Upstream.Count);
        joiners[0].Reset();

        await held.ClosedAsync();
        await stage.Stage.Gateway.IdleAsync();
        Assert.Equal(0, await stage.Stage.Gateway.MetricAsync("gateway_cache_entries"));
    }

    /// <summary>The one who asked for a stream leaves, the one who waits for all of it stays.</summary>
    [Fact]
    public async Task Leader_OfAStreamLeaves_TheUnaryWaiterGetsTheWhole()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = HeldStream.OneThenTwo();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient leader = await stage.PostAsync();
        await leader.ReadUntilAsync("one");
        using RawClient joiner = await stage.PostAsync(stream: false);
        await ActiveAsync(stage, 2);
        leader.Reset();
        await ActiveAsync(stage, 1);
        held.Release();

        RawResponse response = await joiner.ReadResponseAsync();
        Assert.Equal((200, "coalesced"), CachedStage.Met(response));
        Answer.AssertWhole(response.Body, "onetwo");
        Assert.Equal(1, stage.Upstream.Count);
    }

    /// <summary>A refresh nobody waits for is flown to its end.</summary>
    [Fact]
    public async Task Everybody_LeavesARefresh_ItIsKeptAllTheSame()
    {
        await using CachedStage stage = await CachedStage.StartAsync(", ttl: 300ms, soft-timeout: 50ms", "retries: { max-attempts: 1 }");
        await stage.AskAndKeepAsync();
        await Serving.EventuallyAsync(async () => (await stage.AskAsync(headers: "Cache-Control: only-if-cached\r\n")).Status == 504, "it stayed fresh");
        HeldStream held = HeldStream.SilenceThenAll();
        stage.Upstream.Does = held.HoldAsync;
        Assert.Equal((200, "stale"), CachedStage.Met(await stage.AskAsync()));
        await held.ArrivedAsync();
        await ActiveAsync(stage, 0);
        held.Release();

        await Serving.EventuallyAsync(async () => (await stage.AskAsync(headers: "Cache-Control: only-if-cached\r\n")).Body.Contains("two", StringComparison.Ordinal), "the refresh was not kept");
        Assert.Equal(2, stage.Upstream.Count);
    }

    private static Task ActiveAsync(CachedStage stage, int count) =>
        Serving.EventuallyAsync(async () => await stage.Stage.Gateway.MetricAsync("gateway_active_requests") == count, $"not {count} are active");
}
