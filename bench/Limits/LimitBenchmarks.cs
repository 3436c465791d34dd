using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Gateway.Configuration;
using Gateway.Limits;

namespace Gateway.Bench.Limits;

/// <summary>
/// What limits cost a granted request: a request and a slot, tokens, their settlement, the slot's return, for a key and its router together. The baseline
/// is the framework's own: a token bucket and a concurrency limiter for one owner, which know neither tokens settled later nor two owners at once.
/// </summary>
[MemoryDiagnoser]
public class LimitBenchmarks : IDisposable
{
    private static readonly LimitOptions Plenty = new() { RequestsPerMinute = 10_000_000, TokensPerMinute = 1_000_000_000_000, ConcurrentRequests = 1000 };

    private readonly LocalLimits _limits = new(TimeProvider.System);
    private readonly LimitClaimPool _claims = new();
    private readonly LimitScope _key = new(LimitOwner.Key, "team-a", Plenty);
    private readonly LimitScope _router = new(LimitOwner.Router, "default", Plenty);
    private readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = 1000, QueueLimit = 0 });

    private readonly TokenBucketRateLimiter _bucket = new(new()
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(10),
        AutoReplenishment = true,
        QueueLimit = 0,
    });

    [GlobalCleanup]
    public void Dispose()
    {
        _slots.Dispose();
        _bucket.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public bool FrameworkLimiters()
    {
        using RateLimitLease request = _bucket.AttemptAcquire(1);
        using RateLimitLease tokens = _bucket.AttemptAcquire(700);
        using RateLimitLease slot = _slots.AttemptAcquire(1);
        return request.IsAcquired && tokens.IsAcquired && slot.IsAcquired;
    }

    [Benchmark]
    [AllowedBytes(0)]
    public bool Router() => Run(null, _router);

    [Benchmark]
    [AllowedBytes(0)]
    public bool KeyAndRouter() => Run(_key, _router);

    private bool Run(LimitScope? first, LimitScope second)
    {
        LimitClaim claim = _claims.Rent();
        (claim.First, claim.Second, claim.Tokens) = (first, second, 700);
        // Local limits answer at once.
#pragma warning disable CA2012
        bool isGranted = _limits.AdmitAsync(claim, default).GetAwaiter().GetResult().IsGranted && _limits.ReserveAsync(claim, default).GetAwaiter().GetResult().IsGranted;
#pragma warning restore CA2012
        _limits.Settle(claim, 650);
        _limits.Release(claim);
        _claims.Return(claim);
        return isGranted;
    }
}
