using Gateway.Load.Measures;

namespace Gateway.Load.Run;

/// <summary>CPU of the generator and of the process under test, between the end of the warm-up and the reading.</summary>
internal sealed class UsageMeter
{
    private readonly LoadClock _clock;
    private readonly int? _pid;
    private readonly long _from;
    private readonly ProcessUsage _own;
    private readonly ProcessUsage? _other;

    private UsageMeter(int? pid, LoadClock clock)
    {
        (_pid, _clock, _from) = (pid, clock, clock.Now);
        _own = ReadSelf();
        _other = pid is { } id ? ProcessUsage.Read(id) : null;
    }

    public static async Task<UsageMeter> StartAsync(int? pid, LoadClock clock, TimeSpan warmup, CancellationToken stop)
    {
        if (warmup > TimeSpan.Zero)
            await Task.Delay(warmup, clock.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new UsageMeter(pid, clock);
    }

    /// <summary>The share of a core that the generator took so far; null before a second is over: the kernel's hundredths say nothing about less.</summary>
    public double? ReadOwn()
    {
        double seconds = LoadClock.Seconds(_clock.Now - _from);
        return seconds < 1 ? null : (ReadSelf().CpuSeconds - _own.CpuSeconds) / seconds;
    }

    /// <summary>To be called when the last request has ended: what the process under test spent on all of them.</summary>
    /// <returns>Null: it was not asked for, or the process has ended.</returns>
    public ProcessReading? ReadProcess() => _pid is { } id && _other is { } before && ProcessUsage.Read(id) is { } now
        ? new ProcessReading(now.CpuSeconds - before.CpuSeconds, now.ResidentBytes, now.PeakBytes)
        : null;

    private static ProcessUsage ReadSelf() => ProcessUsage.Read(Environment.ProcessId) ?? default;
}
