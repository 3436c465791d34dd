using System.Text;
using Gateway.Caching.Store;
using Gateway.Tests.Redis;
using TestKit.Processes;
using static Gateway.Tests.Caching.Store.StoredAnswers;

namespace Gateway.Tests.Caching.Store;

/// <summary>With a real server. Two stores are two gateways.</summary>
public sealed class LayeredStoreTests : ResponseStoreTests, IAsyncLifetime
{
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private protected override IResponseStore NewStore(long maxBytes, TimeProvider time) => new Layers(_server.Url, time, maxBytes: maxBytes).Store;

    private static CachedAnswer Now(string body = "{}", string model = "m", string? keyId = null, int fresh = 60, int stale = 120) =>
        Answer(body, model, keyId, fresh, stale, TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task FindAsync_AnotherGatewayKeptIt_IsFoundAndThenInMemory()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        CachedAnswer kept = Now(new string('x', 5000), "model", "key") with { Shape = AnswerShape.Stream, Usage = new(1, 2, 3, 4) };

        one.Store.Keep(Key(1), kept);
        await two.UntilFoundAsync(1);

        Task<CachedAnswer?> again = two.FindAsync(1).AsTask();
        Assert.True(again.IsCompleted);
        CachedAnswer found = (await again)!;
        Assert.Equal(kept.Body, found.Body);
        Assert.Equal(kept with { Body = found.Body }, found);
        Assert.Equal(1, two.Store.Status.Entries);
    }

    [Fact]
    public async Task FindAsync_AfterTheGatewayWasRestarted_IsFound()
    {
        await using (Layers before = await Layers.ReadyAsync(_server.Url))
        {
            for (int i = 0; i < 100; i++)
                before.Store.Keep(Key(i), Now($"{{\"a\":{i}}}"));
        }

        await using Layers after = await Layers.ReadyAsync(_server.Url);
        for (int i = 0; i < 100; i++)
            Assert.Equal($"{{\"a\":{i}}}", Encoding.UTF8.GetString((await after.FindAsync(i))!.Body));
    }

    [Fact]
    public async Task FindAsync_PastItsTimeHereAndAnewElsewhere_IsTheNewOne()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        two.Memory.Keep(Key(1), Now("old", fresh: -1));
        Assert.Equal("old", Encoding.UTF8.GetString((await two.FindAsync(1))!.Body));

        one.Store.Keep(Key(1), Now("new"));

        await Layers.UntilAsync(async () => Encoding.UTF8.GetString((await two.FindAsync(1))!.Body) == "new");
    }

    [Fact]
    public async Task Keep_UntilItIsNotEvenStale_IsHowLongRedisHoldsIt()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        one.Store.Keep(Key(1), Now(fresh: 10, stale: 100));
        one.Store.Keep(Key(2), Now(fresh: -2, stale: -1));
        one.Store.Keep(Key(3), Now());

        string name = PurgeScript.Prefix + Key(1);
        await Layers.UntilAsync(async () => await _server.AskAsync($"EXISTS {PurgeScript.Prefix}{Key(3)}") == ":1");
        Assert.InRange(int.Parse((await _server.AskAsync($"TTL {name}"))[1..], null), 50, 100);
        Assert.Equal(":0", await _server.AskAsync($"EXISTS {PurgeScript.Prefix}{Key(2)}"));
    }

    [Fact]
    public async Task Keep_LongerThanMaxEntry_StaysInMemory()
    {
        await using (Layers one = await Layers.ReadyAsync(_server.Url, options => options with { MaxEntry = 1000 }))
        {
            one.Store.Keep(Key(1), Now(new string('x', 1001)));
            one.Store.Keep(Key(2), Now(new string('x', 1000)));
            Assert.NotNull(await one.FindAsync(1));
        }

        Assert.Equal(":0", await _server.AskAsync($"EXISTS {PurgeScript.Prefix}{Key(1)}"));
        Assert.Equal(":1", await _server.AskAsync($"EXISTS {PurgeScript.Prefix}{Key(2)}"));
    }

    [Theory]
    [InlineData("SET {0} foreign")]
    [InlineData("HSET {0} a b")]
    [InlineData("SETRANGE {0} 60 X")]
    [InlineData("APPEND {0} X")]
    [InlineData("RENAME {0} {1}")]
    public async Task FindAsync_ForeignOrChangedValue_IsAMiss(string command)
    {
        await using (Layers one = await Layers.ReadyAsync(_server.Url))
            one.Store.Keep(Key(1), Now());
        if (command.StartsWith("HSET", StringComparison.Ordinal))
            await _server.AskAsync($"DEL {PurgeScript.Prefix}{Key(1)}");
        await _server.AskAsync(string.Format(null, command, PurgeScript.Prefix + Key(1), PurgeScript.Prefix + Key(2)));

        await using Layers two = await Layers.ReadyAsync(_server.Url);
        Assert.Null(await two.FindAsync(1));
        Assert.Null(await two.FindAsync(2));
    }

    [Fact]
    public async Task FindAsync_ServerStands_IsOneBoundedWaitThenNoneUntilItIsBack()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url, options => options with { Timeout = TimeSpan.FromMilliseconds(20) });
        one.Store.Keep(Key(1), Now());
        Signals.Send(_server.Id, Signals.Stop);

        Assert.Null(await one.FindAsync(2).AsTask().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System));
        Task<CachedAnswer?> next = one.FindAsync(3).AsTask();
        Assert.True(next.IsCompleted);
        Assert.Null(await next);
        Assert.NotNull(await one.FindAsync(1));
        one.Store.Keep(Key(4), Now());
        Assert.NotNull(await one.FindAsync(4));

        Signals.Send(_server.Id, Signals.Continue);
        await one.ReadyAsync();
    }

    [Fact]
    public async Task FindAsync_ServerGone_IsAMissAtOnceAndMemoryGoesOn()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url);
        one.Store.Keep(Key(1), Now());
        await _server.StopAsync();
        // Not IsReady: that ends when either connection does, the one for writes perhaps before this one.
        await Clients.UntilAsync(() => !one.Store.IsAsked);

        Assert.NotNull(await one.FindAsync(1));
        Task<CachedAnswer?> missing = one.FindAsync(2).AsTask();
        Assert.True(missing.IsCompleted);
        Assert.Null(await missing);

        await _server.StartAgainAsync();
        await one.ReadyAsync();
        Assert.NotNull(await one.FindAsync(1));
        await using Layers two = await Layers.ReadyAsync(_server.Url);
        await Layers.UntilAsync(async () =>
        {
            one.Store.Keep(Key(3), Now());
            return await two.FindAsync(3) is not null;
        });
    }

    [Fact]
    public async Task FindAsync_NeverAServer_MemoryIsAllThereIs()
    {
        await _server.StopAsync();
        await using Layers one = new(_server.Url);
        one.Store.Keep(Key(1), Now());

        Assert.NotNull(await one.FindAsync(1));
        Assert.True(one.FindAsync(2).AsTask().IsCompleted);
        Assert.Equal(1, await one.Store.PurgeAsync(default, CancellationToken.None));
    }

    [Fact]
    public async Task Keep_MoreThanTheQueueTakes_StaysInMemory()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url, options => options with { MaxQueued = 1, MaxQueuedBytes = 100_000 });
        Parallel.For(0, 500, i => one.Store.Keep(Key(i), Now(new string((char)('a' + (i % 20)), 10_000))));

        for (int i = 0; i < 500; i++)
            Assert.NotNull(await one.FindAsync(i));
    }

    [Fact]
    public async Task FindAndKeep_ManyAtOnceOnTwoGatewaysAndTheServerRestarted_NoWrongAnswer()
    {
        await using Layers one = await Layers.ReadyAsync(_server.Url, options => options with { Timeout = TimeSpan.FromMilliseconds(20) }, maxBytes: 200_000);
        await using Layers two = await Layers.ReadyAsync(_server.Url, maxBytes: 200_000);
        Layers[] both = [one, two];
        using CancellationTokenSource stop = new();
        Task[] workers = [.. Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            while (!stop.IsCancellationRequested)
            {
                int key = random.Next(300);
                Layers layers = both[random.Next(2)];
                if (await layers.FindAsync(key) is { } found)
                    Assert.StartsWith($"{key} ", Encoding.UTF8.GetString(found.Body), StringComparison.Ordinal);
                else
                    layers.Store.Keep(Key(key), Now($"{key} {new string('x', random.Next(3000))}", "m" + (key % 3)));
                if (random.Next(200) == 0)
                    await layers.Store.PurgeAsync(new("m" + (key % 3), null), CancellationToken.None);
            }
        }))];

        for (int i = 0; i < 3; i++)
        {
            await _server.StopAsync();
            await Clients.UntilAsync(() => !one.Store.IsReady);
            await _server.StartAgainAsync();
            await one.ReadyAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }
}
