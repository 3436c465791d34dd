namespace Gateway.Relay;

/// <summary>
/// One lazy timer for all of a stream's deadlines: a deadline that moves away (every write, every event) costs nothing; the timer fires at the
/// old time, its owner looks at the clock and arms it again. Timestamps are the <see cref="TimeProvider"/>'s.
/// </summary>
internal sealed class StreamTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _armed = long.MaxValue;

    internal StreamTimer(TimeProvider time, Wake wake)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Wake)state!).Signal(WakeReason.Tick), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal long Now => _time.GetTimestamp();

    /// <summary>Ticks of this clock in a span; spans of zero or less are "never".</summary>
    internal long Ticks(TimeSpan span) => span <= TimeSpan.Zero ? long.MaxValue : (long)(span.TotalSeconds * _time.TimestampFrequency);

    internal double Seconds(long ticks) => (double)ticks / _time.TimestampFrequency;

    internal static long Add(long timestamp, long ticks) => ticks == long.MaxValue ? long.MaxValue : timestamp + ticks;

    /// <summary>Makes sure of a tick at <paramref name="due"/> or before.</summary>
    internal void Arm(long due)
    {
        if (due >= _armed)
            return;
        _armed = due;
        TimeSpan delay = _time.GetElapsedTime(Now, due);
        // Timers count whole milliseconds and would fire a little before the deadline.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(delay.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called for all that a wait of the wake's gave: after a tick, also one that comes together with another reason, the timer has to be armed again.</summary>
    internal void Took(WakeReason reason)
    {
        if (reason.HasFlag(WakeReason.Tick))
            _armed = long.MaxValue;
    }

    public void Dispose() => _timer.Dispose();
}
