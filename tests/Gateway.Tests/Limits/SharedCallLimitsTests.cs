using Gateway.Limits;
using Gateway.Tests.Redis;
using TestKit.Clocks;
using TestKit.Processes;

namespace Gateway.Tests.Limits;

/// <summary>Requests that cost no tokens, and calls that cost nothing else, with limits that gateways share.</summary>
public sealed class SharedCallLimitsTests : IAsyncLifetime
{
    private static readonly LimitScope Scope = new(LimitOwner.Key, "a", new() { RequestsPerMinute = 10, TokensPerMinute = 1_000, ConcurrentRequests = 5 });

    private readonly StandIn _local = new();
    private RedisServer _server = null!;
    private Clients _clients = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _clients = await Clients.ConnectedAsync(_server.Url, change: options => options with { Scripts = SharedScripts.All });
    }

    public async Task DisposeAsync()
    {
        await _clients.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task TokenFree_TokensExhausted_TakesRequestAndSlotAndTellsWhatIsLeft()
    {
        SharedLimits limits = NewGateway();
        LimitClaim heavy = await TakenAsync(limits, new() { First = Scope, Tokens = 1_000 });
        limits.Settle(heavy, 2_000);
        LimitClaim claim = new() { First = Scope, Tokens = 1, IsTokenFree = true };

        LimitVerdict verdict = await TakeAsync(limits, claim);

        Assert.True(verdict.IsGranted && claim is { IsShared: true, IsAdmitted: true, IsReserved: false });
        Assert.Equal((0, 8), (verdict.Tokens!.Value.Remaining, verdict.Requests!.Value.Remaining));
        Assert.Equal(2, limits.Held);
        Assert.Equal(":2", await SlotsAsync());
    }

    [Fact]
    public async Task Reserve_AfterTokenFree_TakesTokensAlone()
    {
        SharedLimits limits = NewGateway();
        LimitClaim claim = await TakenAsync(limits, new() { First = Scope, Tokens = 300, IsTokenFree = true });
        claim.IsTokenFree = false;

        LimitVerdict verdict = await limits.ReserveAsync(claim, CancellationToken.None);

        Assert.Equal((700, (LimitStanding?)null), (verdict.Tokens!.Value.Remaining, verdict.Requests));
        Assert.True(claim.IsReserved);
        Assert.Equal((1, ":1"), (limits.Held, await SlotsAsync()));
    }

    [Fact]
    public async Task OfCall_Granted_HoldsTokensAndNoSlot()
    {
        SharedLimits limits = NewGateway();
        LimitClaim claim = new() { First = Scope, Tokens = 300, IsOfCall = true };

        LimitVerdict verdict = await limits.ReserveAsync(claim, CancellationToken.None);

        Assert.True(verdict.IsGranted && claim is { IsShared: true, IsAdmitted: false, IsReserved: true });
        Assert.Equal(700, verdict.Tokens!.Value.Remaining);
        Assert.Equal((0, ":0"), (limits.Held, await SlotsAsync()));
        Assert.Equal(9, (await TakeAsync(limits, new() { First = Scope, Tokens = 1 })).Requests!.Value.Remaining);
    }

    [Fact]
    public async Task OfCall_RedisGone_IsReservedLocally()
    {
        SharedLimits limits = NewGateway();
        await _server.StopAsync();
        LimitClaim claim = new() { First = Scope, Tokens = 300, IsOfCall = true };

        Assert.True((await limits.ReserveAsync(claim, CancellationToken.None)).IsGranted);

        Assert.Equal(["reserve"], _local.Calls);
        Assert.False(claim.IsShared);
    }

    private static async Task<LimitClaim> TakenAsync(SharedLimits limits, LimitClaim claim)
    {
        Assert.True((await TakeAsync(limits, claim)).IsGranted);
        return claim;
    }

    private static async ValueTask<LimitVerdict> TakeAsync(SharedLimits limits, LimitClaim claim)
    {
        await limits.AdmitAsync(claim, CancellationToken.None);
        return await limits.ReserveAsync(claim, CancellationToken.None);
    }

    private SharedLimits NewGateway() => new(_local, _clients.Redis, new ManualTimeProvider(), new Random(1));

    private Task<string> SlotsAsync() => _server.AskAsync($"ZCARD {SharedKeys.Prefix}key:a:slots");
}
