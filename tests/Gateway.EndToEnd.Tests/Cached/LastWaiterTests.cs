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
        await stage.AboardAsync(6);
        leader.Reset();
        await stage.AboardAsync(5);
        foreach (RawClient joiner in joiners[1..])
            joiner.Reset();
        await stage.AboardAsync(1);
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
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await stage.BeginAsync();
        using RawClient joiner = await stage.PostAsync(stream: false);
        await stage.AboardAsync(2);
        leader.Reset();
        await stage.AboardAsync(1);
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
        await stage.PastItsTimeAsync();
        HeldStream held = stage.Hold(HeldStream.SilenceThenAll());
        Assert.Equal((200, "stale"), CachedStage.Met(await stage.AskAsync()));
        await held.ArrivedAsync();
        await stage.ActiveAsync(0);
        held.Release();

        await stage.KeptAsync("two");
        Assert.Equal(2, stage.Upstream.Count);
    }
}
