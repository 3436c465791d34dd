using BenchmarkDotNet.Attributes;
using Gateway.Relay;

namespace Gateway.Bench.Relay;

/// <summary>A stream's chunk moves its idle deadline and its keepalive away; against a timer that is set again for each.</summary>
[MemoryDiagnoser]
public class StreamTimerBenchmarks : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Keepalive = TimeSpan.FromSeconds(8);

    private readonly StreamTimer _timer = new(TimeProvider.System, new Wake());
    private readonly Timer _idle = new(static _ => { });
    private readonly Timer _keepalive = new(static _ => { });
    private long _idleTicks;
    private long _keepaliveTicks;

    [GlobalSetup]
    public void Setup() => (_idleTicks, _keepaliveTicks) = (_timer.Ticks(Idle), _timer.Ticks(Keepalive));

    [GlobalCleanup]
    public void Dispose()
    {
        _timer.Dispose();
        _idle.Dispose();
        _keepalive.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public bool SetAgain() => _idle.Change(Idle, Timeout.InfiniteTimeSpan) && _keepalive.Change(Keepalive, Timeout.InfiniteTimeSpan);

    [Benchmark]
    [AllowedBytes(0)]
    public long MoveAway()
    {
        long now = _timer.Now;
        _timer.Arm(StreamTimer.Add(now, _idleTicks));
        _timer.Arm(StreamTimer.Add(now, _keepaliveTicks));
        return now;
    }
}
