using System.Text;
using Gateway.Configuration;
using Gateway.Limits;
using Gateway.Redis;
using Gateway.Tests.Redis;
using TestKit.Clocks;
using TestKit.Processes;

namespace Gateway.Tests.Limits;

/// <summary>Shared limits and a real server; its clock is real, so what drains meanwhile is allowed for.</summary>
public sealed class SharedLimitsTests : IAsyncLifetime
{
    private const int Parallelism = 64;

    private readonly StandIn _local = new();
    private readonly ManualTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _open = [];
    private RedisServer _server = null!;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    [Fact]
    public async Task Requests_TwoGatewaysManyClients_HoldTheLimitTogether()
    {
        const int Limit = 600;
        SharedLimits[] gateways = [await GatewayAsync(), await GatewayAsync()];
        LimitScope scope = Scope(new() { RequestsPerMinute = Limit });
        int granted = 0;
        long start = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(0, 3 * Limit, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
        {
            LimitClaim claim = new() { First = scope };
            if ((await gateways[i % 2].AdmitAsync(claim, CancellationToken.None)).IsGranted)
                Interlocked.Increment(ref granted);
        });

        double minutes = TimeProvider.System.GetElapsedTime(start).TotalMinutes;
        Assert.InRange(granted, Limit, Limit * (1 + minutes));
        Assert.Empty(_local.Calls);
    }

    [Fact]
    public async Task Tokens_TwoGatewaysManyClients_HoldTheLimitTogether()
    {
        const int Limit = 60_000, Each = 100;
        SharedLimits[] gateways = [await GatewayAsync(), await GatewayAsync()];
        LimitScope scope = Scope(new() { TokensPerMinute = Limit });
        int granted = 0;
        long start = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(0, 3 * Limit / Each, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
        {
            LimitClaim claim = new() { First = scope, Tokens = Each };
            await gateways[i % 2].AdmitAsync(claim, CancellationToken.None);
            if ((await gateways[i % 2].ReserveAsync(claim, CancellationToken.None)).IsGranted)
                Interlocked.Add(ref granted, Each);
        });

        double minutes = TimeProvider.System.GetElapsedTime(start).TotalMinutes;
        Assert.InRange(granted, Limit, Limit * (1 + minutes));
    }

    [Fact]
    public async Task Slots_TwoGatewaysManyClients_AreNeverMoreThanThereAre()
    {
        const int Slots = 8;
        SharedLimits[] gateways = [await GatewayAsync(), await GatewayAsync()];
        LimitScope scope = Scope(new() { ConcurrentRequests = Slots });
        int held = 0, most = 0, granted = 0;
        await Parallel.ForAsync(0, 3_000, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
        {
            LimitClaim claim = new() { First = scope };
            if (!(await gateways[i % 2].AdmitAsync(claim, CancellationToken.None)).IsGranted)
                return;
            InterlockedMax(ref most, Interlocked.Increment(ref held));
            Interlocked.Increment(ref granted);
            await Task.Yield();
            Interlocked.Decrement(ref held);
            gateways[i % 2].Release(claim);
            gateways[i % 2].Release(claim);
        });

        Assert.InRange(most, 1, Slots);
        Assert.InRange(granted, Slots, 3_000);
        Assert.Equal(0, gateways[0].Held + gateways[1].Held);
        await NoSlotsAsync();
    }

    [Fact]
    public async Task AllKinds_OneClaim_IsOneRoundTripWithBothStandings()
    {
        SharedLimits limits = await GatewayAsync();
        LimitClaim claim = new()
        {
            First = Scope(new() { RequestsPerMinute = 10, TokensPerMinute = 1_000, ConcurrentRequests = 5 }),
            Second = Scope(new() { RequestsPerMinute = 5, TokensPerMinute = 6_000 }, LimitOwner.Router),
            Tokens = 300,
        };
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.False(claim.IsAdmitted);
        LimitVerdict verdict = await limits.ReserveAsync(claim, CancellationToken.None);

        Assert.True(verdict.IsGranted && claim is { IsShared: true, IsAdmitted: true, IsReserved: true });
        Assert.Equal((5, 4), (verdict.Requests!.Value.Limit, verdict.Requests.Value.Remaining));
        Assert.Equal((1_000, 700), (verdict.Tokens!.Value.Limit, verdict.Tokens.Value.Remaining));
        Assert.Equal(TimeSpan.FromSeconds(12), verdict.Requests.Value.Reset);
        Assert.Equal(TimeSpan.FromSeconds(18), verdict.Tokens.Value.Reset);
        Assert.Equal((1, 0), (await CallsAsync("evalsha"), await CallsAsync("eval")));

        limits.Release(claim);
        await NoSlotsAsync();
    }

    [Fact]
    public async Task SecondScopeRefuses_NothingIsTakenFromTheFirst()
    {
        SharedLimits limits = await GatewayAsync();
        LimitScope key = Scope(new() { RequestsPerMinute = 10, ConcurrentRequests = 1 });
        LimitScope router = Scope(new() { RequestsPerMinute = 1 }, LimitOwner.Router);
        LimitClaim first = new() { First = key, Second = router }, second = new() { First = key, Second = router };
        Assert.True((await limits.AdmitAsync(first, CancellationToken.None)).IsGranted);
        limits.Release(first);
        LimitVerdict refused = await limits.AdmitAsync(second, CancellationToken.None);

        Assert.Equal((router, LimitKind.RequestsPerMinute), (refused.RefusedBy, refused.Refused));
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
        Assert.Equal(0, refused.Requests!.Value.Remaining);
        Assert.False(second.IsAdmitted);
        LimitVerdict other = await limits.AdmitAsync(new() { First = key }, CancellationToken.None);
        Assert.Equal(8, other.Requests!.Value.Remaining);
    }

    [Fact]
    public async Task Settle_MoreThanReserved_GoesBelowZeroAndLessGivesBack()
    {
        SharedLimits limits = await GatewayAsync();
        LimitScope scope = Scope(new() { TokensPerMinute = 600 });
        LimitClaim claim = await ReserveAsync(limits, scope, 1_000);
        limits.Settle(claim, 1_200);
        LimitClaim next = new() { First = scope, Tokens = 0 };
        LimitVerdict refused = await limits.ReserveAsync(next, CancellationToken.None);
        Assert.Equal(LimitKind.TokensPerMinute, refused.Refused);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));

        LimitScope other = Scope(new() { TokensPerMinute = 600 }, LimitOwner.Provider);
        claim = await ReserveAsync(limits, other, 500);
        limits.Settle(claim, 100);
        limits.Settle(claim, 100);
        LimitVerdict verdict = await limits.ReserveAsync(new() { First = other, Tokens = 100 }, CancellationToken.None);
        Assert.InRange(verdict.Tokens!.Value.Remaining, 400, 450);
    }

    [Fact]
    public async Task Keys_Idle_AreForgotten()
    {
        SharedLimits limits = await GatewayAsync();
        LimitClaim claim = new() { First = Scope(new() { RequestsPerMinute = 60, ConcurrentRequests = 1 }) };
        await limits.AdmitAsync(claim, CancellationToken.None);
        Assert.InRange(int.Parse((await _server.AskAsync($"PTTL {SharedKeys.Prefix}key:a:requests"))[1..]), 1, 2_000);
        Assert.InRange(int.Parse((await _server.AskAsync($"PTTL {SharedKeys.Prefix}key:a:slots"))[1..]), 1, 60_000);
    }

    [Fact]
    public async Task RedisGone_LocalTakesOverAndSharedComesBack()
    {
        Clients clients = await ClientsAsync();
        SharedLimits limits = new(_local, clients.Redis, _time, new Random(1));
        LimitClaim held = new() { First = Scope(new() { ConcurrentRequests = 1 }) }, claim = new() { First = held.First };
        Assert.True((await limits.AdmitAsync(held, CancellationToken.None)).IsGranted);
        await _server.StopAsync();
        await Clients.UntilAsync(() => clients.Logged.Count == 1);

        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.False(claim.IsShared);
        limits.Settle(claim, 7);
        limits.Release(claim);
        Assert.Equal(["admit", "settle 7", "release"], _local.Calls);

        await _server.StartAgainAsync();
        await clients.UpAsync();
        // The server forgot the slot that is held; the renewal brings it back.
        _time.Advance(TimeSpan.FromSeconds(20));
        claim.Reset();
        claim.First = held.First;
        Assert.Equal(LimitKind.ConcurrentRequests, (await limits.AdmitAsync(claim, CancellationToken.None)).Refused);
        limits.Release(held);
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.True(claim.IsShared);
        Assert.Equal(2, clients.Logged.Count);
        await limits.DisposeAsync();
    }

    [Fact]
    public async Task RedisGone_TokenLimit_IsTakenLocallyInOneStepOrNotAtAll()
    {
        Clients clients = await ClientsAsync();
        SharedLimits limits = new(_local, clients.Redis, _time, new Random(1));
        await _server.StopAsync();
        await Clients.UntilAsync(() => !clients.Redis.IsUp);
        LimitScope scope = Scope(new() { TokensPerMinute = 10 });

        await ReserveAsync(limits, scope, 5);
        Assert.Equal(["admit", "reserve"], _local.Calls);
        _local.IsOutOfTokens = true;
        LimitClaim claim = new() { First = scope, Tokens = 5 };
        Assert.False((await limits.ReserveAsync(claim, CancellationToken.None)).IsGranted);
        Assert.False(claim.IsAdmitted);
        Assert.Equal(["admit", "reserve", "admit", "reserve", "release"], _local.Calls);
    }

    [Fact]
    public async Task RedisFrozen_LocalTakesOverAndTheSlotIsGivenBackLater()
    {
        Clients clients = await ClientsAsync(options => options with { Timeout = TimeSpan.FromMilliseconds(200) });
        SharedLimits limits = new(_local, clients.Redis, _time, new Random(1));
        LimitClaim claim = new() { First = Scope(new() { ConcurrentRequests = 1 }) };
        Signals.Send(_server.Id, Signals.Stop);
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.False(claim.IsShared);
        Signals.Send(_server.Id, Signals.Continue);
        await clients.UpAsync();
        Assert.Equal(":1", await _server.AskAsync($"ZCARD {SharedKeys.Prefix}key:a:slots"));

        _time.Advance(TimeSpan.FromSeconds(1));
        await NoSlotsAsync();
        claim.Reset();
        claim.First = Scope(new() { ConcurrentRequests = 1 });
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.True(claim.IsShared);
    }

    [Fact]
    public async Task Lease_OfAGatewayThatDied_Ends()
    {
        Clients clients = await ClientsAsync();
        SharedLimits dead = new(_local, clients.Redis, _time, new Random(1), TimeSpan.FromMilliseconds(100));
        LimitScope scope = Scope(new() { ConcurrentRequests = 1 });
        Assert.True((await dead.AdmitAsync(new() { First = scope }, CancellationToken.None)).IsGranted);

        SharedLimits other = await GatewayAsync();
        bool isGranted = false;
        long start = TimeProvider.System.GetTimestamp();
        while (!isGranted && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            isGranted = (await other.AdmitAsync(new() { First = scope }, CancellationToken.None)).IsGranted;
        Assert.True(isGranted);
    }

    [Fact]
    public async Task KeyOfAnotherType_IsCountedLocally()
    {
        SharedLimits limits = await GatewayAsync();
        await _server.AskAsync($"SADD {SharedKeys.Prefix}key:a:requests x");
        LimitClaim claim = new() { First = Scope(new() { RequestsPerMinute = 1 }) };
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.Equal(["admit"], _local.Calls);
    }

    /// <summary>The rights that docs/operations.md names are enough.</summary>
    [Fact]
    public async Task UserWithTheDocumentedRights_MayDoItAll()
    {
        string[] rights = File.ReadAllText(Path.Combine(Repository.Root, "docs/operations.md")).Split("The user needs `")[1].Split('`')[0].Split(' ');
        await using RedisServer server = await RedisServer.StartAsync(null, ["--user", "gateway", "on", ">pw", "~gateway:1:*", .. rights]);
        await using Clients clients = await Clients.ConnectedAsync($"redis://gateway:pw@127.0.0.1:{server.Port}/1", change: options => options with { Scripts = SharedScripts.All });
        SharedLimits limits = new(_local, clients.Redis, _time, new Random(1));
        LimitClaim claim = new() { First = Scope(new() { RequestsPerMinute = 5, TokensPerMinute = 50, ConcurrentRequests = 5 }), Tokens = 10 };
        Assert.True((await limits.ReserveAsync(claim, CancellationToken.None)).IsGranted);
        _time.Advance(TimeSpan.FromSeconds(20));
        limits.Settle(claim, 30);
        limits.Release(claim);
        await limits.DisposeAsync();

        Assert.True(claim.IsShared);
        Assert.Empty(clients.Logged);
        Assert.Empty(_local.Calls);
    }

    [Fact]
    public async Task Dispose_ReleasesOnTheirWay_AreExecuted()
    {
        Clients clients = await ClientsAsync();
        SharedLimits limits = new(_local, clients.Redis, _time, new Random(1));
        LimitClaim claim = new() { First = Scope(new() { ConcurrentRequests = 1 }) };
        await limits.AdmitAsync(claim, CancellationToken.None);
        limits.Release(claim);
        await limits.DisposeAsync();
        Assert.Equal(":0", await _server.AskAsync($"ZCARD {SharedKeys.Prefix}key:a:slots"));
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable open in _open)
            await open.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static LimitScope Scope(LimitOptions options, LimitOwner owner = LimitOwner.Key) => new(owner, "a", options);

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; seen < value;)
            seen = Interlocked.CompareExchange(ref most, value, seen);
    }

    private static async Task<LimitClaim> ReserveAsync(SharedLimits limits, LimitScope scope, long tokens)
    {
        LimitClaim claim = new() { First = scope, Tokens = tokens };
        Assert.True((await limits.AdmitAsync(claim, CancellationToken.None)).IsGranted);
        Assert.True((await limits.ReserveAsync(claim, CancellationToken.None)).IsGranted);
        return claim;
    }

    private async Task<Clients> ClientsAsync(Func<RedisOptions, RedisOptions>? change = null)
    {
        Clients clients = await Clients.ConnectedAsync(
            _server.Url, change: options => (change?.Invoke(options) ?? options) with { Scripts = SharedScripts.All });
        _open.Add(clients);
        return clients;
    }

    private async Task<SharedLimits> GatewayAsync() => new(_local, (await ClientsAsync()).Redis, _time, new Random(_open.Count));

    /// <summary>What was given back without waiting arrives soon.</summary>
    private async Task NoSlotsAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        string held = "";
        while (held != ":0" && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            held = await _server.AskAsync($"ZCARD {SharedKeys.Prefix}key:a:slots");
        Assert.Equal(":0", held);
    }

    private async Task<int> CallsAsync(string command)
    {
        RedisReply reply = await (await ClientsAsync()).Redis.SendAsync("INFO", "commandstats");
        string line = Encoding.ASCII.GetString(reply.Bytes!).Split('\n').FirstOrDefault(line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal), "=0,");
        return int.Parse(line.Split('=', ',')[1]);
    }
}
