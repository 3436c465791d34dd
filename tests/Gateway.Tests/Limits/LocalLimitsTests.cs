using Gateway.Configuration;
using Gateway.Limits;
using TestKit.Clocks;
using TestKit.Memory;

namespace Gateway.Tests.Limits;

public class LocalLimitsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LocalLimits _limits;

    public LocalLimitsTests() => _limits = new(_time);

    [Fact]
    public async Task Admit_UpToTheLimit_ThenRefusesUntilTimeHasPassed()
    {
        LimitScope router = Router(new() { RequestsPerMinute = 3 });
        for (int left = 2; left >= 0; left--)
            Assert.Equal((true, left), (await AdmitAsync(router) is var granted && granted.IsGranted, (int)granted.Requests!.Value.Remaining));

        LimitVerdict refused = await AdmitAsync(router);
        Assert.Equal((router, LimitKind.RequestsPerMinute, TimeSpan.FromSeconds(20)), (refused.RefusedBy, refused.Refused, refused.RetryAfter));
        Assert.Equal(new LimitStanding(3, 0, TimeSpan.FromMinutes(1)), refused.Requests);
        Assert.Null(refused.Tokens);

        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.False((await AdmitAsync(router)).IsGranted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True((await AdmitAsync(router)).IsGranted);
    }

    [Fact]
    public async Task Admit_Slots_ComeBackOnceEach()
    {
        LimitScope router = Router(new() { ConcurrentRequests = 2 });
        LimitClaim first = new() { First = router };
        LimitClaim second = new() { First = router };
        Assert.True((await _limits.AdmitAsync(first, default)).IsGranted);
        Assert.True((await _limits.AdmitAsync(second, default)).IsGranted);
        LimitVerdict refused = await AdmitAsync(router);
        Assert.Equal((LimitKind.ConcurrentRequests, TimeSpan.FromSeconds(1)), (refused.Refused, refused.RetryAfter));

        _limits.Release(first);
        _limits.Release(first);
        Assert.Equal(1, _limits.Read(router).Inflight);
        Assert.True((await AdmitAsync(router)).IsGranted);
        Assert.False((await AdmitAsync(router)).IsGranted);
    }

    [Fact]
    public async Task Admit_OneScopeHasNoRoom_NothingIsTakenFromTheOther()
    {
        LimitScope key = new(LimitOwner.Key, "k", new() { RequestsPerMinute = 10, ConcurrentRequests = 10 });
        LimitScope router = Router(new() { RequestsPerMinute = 1 });
        await AdmitAsync(router);

        LimitVerdict refused = await AdmitAsync(key, router);

        Assert.Equal(router, refused.RefusedBy);
        (LimitStanding? requests, _, int inflight) = _limits.Read(key);
        Assert.Equal((10, 0), (requests!.Value.Remaining, inflight));
        Assert.Equal(0, refused.Requests!.Value.Remaining);
    }

    [Fact]
    public async Task Admit_SeveralHaveNoRoom_TheOneThatLastsLongestIsTold()
    {
        LimitScope key = new(LimitOwner.Key, "k", new() { ConcurrentRequests = 1 });
        LimitScope router = Router(new() { RequestsPerMinute = 1 });
        await AdmitAsync(key, router);
        LimitVerdict refused = await AdmitAsync(key, router);
        Assert.Equal((router, TimeSpan.FromMinutes(1)), (refused.RefusedBy, refused.RetryAfter));
    }

    [Fact]
    public async Task Reserve_IsCappedAtTheLimitAndSettledWithWhatWasUsed()
    {
        LimitScope router = Router(new() { TokensPerMinute = 1000 });
        LimitClaim claim = new() { First = router, Tokens = 5000 };
        await _limits.AdmitAsync(claim, default);
        LimitVerdict reserved = await _limits.ReserveAsync(claim, default);
        Assert.Equal((true, new LimitStanding(1000, 0, TimeSpan.FromMinutes(1))), (reserved.IsGranted, reserved.Tokens!.Value));

        _limits.Settle(claim, 100);
        _limits.Settle(claim, 100);
        Assert.Equal(900, _limits.Read(router).Tokens!.Value.Remaining);

        LimitClaim next = new() { First = router, Tokens = 901 };
        LimitVerdict refused = await _limits.ReserveAsync(next, default);
        Assert.Equal((LimitKind.TokensPerMinute, TimeSpan.FromMilliseconds(60), false), (refused.Refused, refused.RetryAfter, next.IsReserved));
    }

    [Fact]
    public async Task Settle_WithMoreThanWasThere_TheBalanceIsNegative()
    {
        LimitScope router = Router(new() { TokensPerMinute = 60 });
        LimitClaim claim = new() { First = router, Tokens = 10 };
        await _limits.ReserveAsync(claim, default);
        _limits.Settle(claim, 180);

        Assert.Equal(new LimitStanding(60, 0, TimeSpan.FromMinutes(3)), _limits.Read(router).Tokens);
        LimitVerdict refused = await _limits.ReserveAsync(new() { First = router, Tokens = 1 }, default);
        Assert.Equal(TimeSpan.FromSeconds(121), refused.RetryAfter);
    }

    [Fact]
    public async Task Configuration_Changes_WhatWasUsedStaysUsed()
    {
        LimitScope before = Router(new() { RequestsPerMinute = 10, ConcurrentRequests = 5 });
        LimitClaim held = new() { First = before };
        await _limits.AdmitAsync(held, default);
        for (int i = 0; i < 5; i++)
            await AdmitAsync(before);

        LimitScope after = Router(new() { RequestsPerMinute = 20, ConcurrentRequests = 1 });
        (LimitStanding? requests, _, int inflight) = _limits.Read(after);
        // Of six that were tried five had a slot.
        Assert.Equal((15, 5), (requests!.Value.Remaining, inflight));
        Assert.Equal(LimitKind.ConcurrentRequests, (await AdmitAsync(after)).Refused);
        _limits.Release(held);
        Assert.Equal(4, _limits.Read(after).Inflight);

        LimitScope smaller = Router(new() { RequestsPerMinute = 3 });
        Assert.False((await AdmitAsync(smaller)).IsGranted);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await AdmitAsync(smaller)).IsGranted);
    }

    [Fact]
    public async Task Owners_OfTheSameName_AreCountedApart()
    {
        LimitOptions one = new() { RequestsPerMinute = 1 };
        foreach (LimitOwner owner in Enum.GetValues<LimitOwner>())
        {
            Assert.True((await AdmitAsync(new LimitScope(owner, "x", one))).IsGranted);
            Assert.False((await AdmitAsync(new LimitScope(owner, "x", one))).IsGranted);
        }
    }

    [Fact]
    public async Task Admit_From64Tasks_NeverGrantsMoreThanTheLimit()
    {
        LimitScope key = new(LimitOwner.Key, "k", new() { RequestsPerMinute = 1000, TokensPerMinute = 50_000, ConcurrentRequests = 8 });
        LimitScope router = Router(new() { RequestsPerMinute = 777, ConcurrentRequests = 40 });
        int granted = 0;
        int under = 0;
        int most = 0;
        long tokens = 0;
        using Barrier start = new(64);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning)));

        Assert.Equal(777, granted);
        Assert.InRange(most, 1, 8);
        Assert.Equal(50_000, tokens);
        Assert.Equal((0, 0), (_limits.Read(key).Inflight, _limits.Read(router).Inflight));
        Assert.Equal(223, _limits.Read(key).Requests!.Value.Remaining);

        void Work()
        {
            start.SignalAndWait();
            LimitClaim claim = new();
            while (Volatile.Read(ref granted) < 777)
            {
                claim.Reset();
                (claim.First, claim.Second, claim.Tokens) = (key, router, 100);
                if (!Now(_limits.AdmitAsync(claim, default)).IsGranted)
                    continue;
                Interlocked.Increment(ref granted);
                int now = Interlocked.Increment(ref under);
                for (int seen = Volatile.Read(ref most); now > seen;)
                    seen = Interlocked.CompareExchange(ref most, now, seen) is var was && was == seen ? now : was;
                if (Now(_limits.ReserveAsync(claim, default)).IsGranted)
                    Interlocked.Add(ref tokens, 100);
                _limits.Settle(claim, 100);
                Interlocked.Decrement(ref under);
                _limits.Release(claim);
            }
        }
    }

    [Fact]
    public void Granted_Requests_AllocateNothing()
    {
        LimitOptions plenty = new() { RequestsPerMinute = 10_000_000, TokensPerMinute = 1_000_000_000_000, ConcurrentRequests = 1000 };
        LimitScope key = new(LimitOwner.Key, "k", plenty);
        LimitScope router = Router(plenty);
        LimitClaimPool pool = new();

        long bytes = AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                LimitClaim claim = pool.Rent();
                (claim.First, claim.Second, claim.Tokens) = (key, router, 700);
                Assert.True(Now(_limits.AdmitAsync(claim, default)).IsGranted);
                Assert.True(Now(_limits.ReserveAsync(claim, default)).IsGranted);
                _limits.Settle(claim, 650);
                _limits.Release(claim);
                pool.Return(claim);
            }
        });

        Assert.Equal(0, bytes);
    }

    private static LimitScope Router(LimitOptions options) => new(LimitOwner.Router, "r", options);

    private ValueTask<LimitVerdict> AdmitAsync(LimitScope first, LimitScope? second = null) =>
        _limits.AdmitAsync(new() { First = first, Second = second }, default);

    /// <summary>Local limits never wait.</summary>
    private static LimitVerdict Now(ValueTask<LimitVerdict> verdict)
    {
        Assert.True(verdict.IsCompletedSuccessfully);
        return verdict.GetAwaiter().GetResult();
    }
}
