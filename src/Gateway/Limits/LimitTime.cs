namespace Gateway.Limits;

/// <summary>From clock ticks to durations, rounded up so that whoever waits that long does not come too early.</summary>
internal static class LimitTime
{
    internal static TimeSpan FromTicks(Int128 ticks, long frequency)
    {
        Int128 value = ((ticks * TimeSpan.TicksPerSecond) + frequency - 1) / frequency;
        return value > TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new((long)value);
    }

    internal static TimeSpan AtLeastOneMillisecond(TimeSpan wait) => wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1);
}
