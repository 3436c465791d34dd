using Gateway.Caching.Store;
using Gateway.Tests.Redis;
using TestKit.Processes;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>A purge reaches every gateway and what Redis holds, whoever was away.</summary>
public sealed class LayeredPurgeTests : IAsyncLifetime
{
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private static CachedAnswer Now(string model = "m", string? keyId = null) => Answer("{}", model, keyId, now: TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("a", null, 2)]
    [InlineData("upstream-a", null, 2)]
    [InlineData(null, "x", 2)]
    [InlineData("a", "x", 1)]
    [InlineData(null, null, 4)]
    [InlineData("other", null, 0)]
    public async Task PurgeAsync_OnOneGateway_TheOtherForgetsWithinASecondAndRedisToo(string? model, string? keyId, int expected)
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        (string Model, string Key)[] owners = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")];
        for (int i = 0; i < 4; i++)
        {
            one.Store.Keep(Key(i), Now(owners[i].Model, owners[i].Key));
            await two.UntilFoundAsync(i);
        }

        Assert.Equal(expected, await one.Store.PurgeAsync(new(model, keyId), CancellationToken.None));
        await Clients.UntilAsync(() => two.Store.Status.Entries == 4 - expected);

        await using Layers fresh = await Layers.ReadyAsync(_server.Url);
        foreach (Layers layers in (Layers[])[one, two, fresh])
        {
            int found = 0;
            for (int i = 0; i < 4; i++)
                found += await layers.FindAsync(i) is null ? 0 : 1;
            Assert.Equal(4 - expected, found);
        }
    }

    [Fact]
    public async Task PurgeAsync_ThenKeptAnew_IsFoundEverywhere()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        await one.Store.PurgeAsync(default, CancellationToken.None);
        await one.Store.PurgeAsync(new("m", null), CancellationToken.None);

        one.Store.Keep(Key(1), Now());

        await two.UntilFoundAsync(1);
    }

    [Fact]
    public async Task Keep_BegunBeforeAPurgeOfAnotherGateway_IsGivenNowhere()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        two.Store.Keep(Key(2), Now());
        await one.UntilFoundAsync(2);
        PurgeMark before = two.Store.Mark();
        await one.Store.PurgeAsync(default, CancellationToken.None);
        await Clients.UntilAsync(() => two.Store.Status.Entries == 0);

        two.Store.Keep(Key(1), Now(), before);
        two.Store.Keep(Key(3), Now(), two.Store.Mark());

        await one.UntilFoundAsync(3);
        Assert.Null(await two.FindAsync(1));
        Assert.Null(await one.FindAsync(1));
    }

    /// <summary>What a gateway writes that has not heard of the purge yet.</summary>
    [Fact]
    public async Task Keep_StampFromBeforeAPurge_IsCoveredInRedis()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        PurgeMark before = two.Store.Mark();
        await one.Store.PurgeAsync(default, CancellationToken.None);
        await Clients.UntilAsync(() => two.Store.Mark().Stamp != before.Stamp);

        two.Store.Keep(Key(1), Now(), two.Store.Mark() with { Stamp = before.Stamp });
        two.Store.Keep(Key(3), Now());

        await one.UntilFoundAsync(3);
        Assert.Null(await one.FindAsync(1));
    }

    [Fact]
    public async Task PurgeAsync_MessageIsMissed_ReadsFindOutAndSoDoesReturning()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        two.Store.Keep(Key(1), Now());
        await one.UntilFoundAsync(1);
        await _server.AskAsync("CLIENT KILL TYPE pubsub");

        await one.Store.PurgeAsync(default, CancellationToken.None);

        await Clients.UntilAsync(() => two.Store.Status.Entries == 0);
        Assert.Null(await two.FindAsync(1));
    }

    [Fact]
    public async Task PurgeAsync_RedisGone_IsLocalSaysSoAndReachesTheOthersLater()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        one.Store.Keep(Key(1), Now());
        await two.UntilFoundAsync(1);
        await _server.StopAsync();
        await Clients.UntilAsync(() => !one.Store.IsReady && !two.Store.IsReady);

        Assert.Equal(1, await one.Store.PurgeAsync(new("m", null), CancellationToken.None));
        Assert.Contains(one.Logged, line => line.Contains("on this gateway only", StringComparison.Ordinal));
        Assert.NotNull(await two.FindAsync(1));
        one.Store.Keep(Key(2), Now());

        await _server.StartAgainAsync();
        await Clients.UntilAsync(() => two.Store.Status.Entries == 0);
        await one.ReadyAsync();
        Assert.NotNull(await one.FindAsync(2));
    }

    [Fact]
    public async Task FindAsync_RedisLostItsPurges_WhatItHeldBeforeIsNotBelieved()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        one.Store.Keep(Key(1), Now());
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        await two.UntilFoundAsync(1);
        await one.Store.PurgeAsync(default, CancellationToken.None);
        await _server.AskAsync($"DEL {PurgeScript.RowsKey}");
        await _server.AskAsync($"DEL {PurgeScript.LastKey}");

        await using Layers three = await Layers.ReadyAsync(_server.Url);

        Assert.Null(await three.FindAsync(1));
        await Layers.UntilAsync(async () =>
        {
            one.Store.Keep(Key(2), Now());
            return await three.FindAsync(2) is not null;
        });
    }

    [Fact]
    public async Task PurgeAsync_RedisRestartedEmpty_MemoryStays()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await one.Store.PurgeAsync(new("m", null), CancellationToken.None);
        one.Store.Keep(Key(1), Now());
        await _server.StopAsync();
        await Clients.UntilAsync(() => !one.Store.IsReady);
        await _server.StartAgainAsync();
        await one.ReadyAsync();
        Assert.Null(await one.FindAsync(2));

        Assert.NotNull(await one.FindAsync(1));
    }

    [Fact]
    public async Task PurgeAsync_MoreThanTheListHolds_BecomesAPurgeOfEverything()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        one.Store.Keep(Key(1), Now());
        for (int i = 0; i < 300; i++)
            await one.Store.PurgeAsync(new($"model-{i}", null), CancellationToken.None);

        Assert.InRange(int.Parse((await _server.AskAsync($"HLEN {PurgeScript.RowsKey}"))[1..], null), 1, 256);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        Assert.Null(await two.FindAsync(1));
        Assert.Null(await one.FindAsync(1));
    }

    [Fact]
    public async Task PurgeAsync_ManyAtOnceOnTwoGateways_BothKnowAll()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        for (int i = 0; i < 50; i++)
        {
            one.Store.Keep(Key(i), Now($"m{i}"));
            await two.UntilFoundAsync(i);
        }

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? one : two).Store.PurgeAsync(new($"m{i}", null), CancellationToken.None).AsTask()));

        await Clients.UntilAsync(() => one.Store.Status.Entries == 0 && two.Store.Status.Entries == 0);
    }
}
