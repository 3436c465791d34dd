namespace Gateway.Health;

/// <summary>Durations as timestamps of a clock, so that state is one number that is read without a lock.</summary>
internal static class ClockTicks
{
    internal static long Of(TimeProvider time, TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    /// <summary>What is left until <paramref name="until"/>; zero when it has passed.</summary>
    internal static TimeSpan Left(TimeProvider time, long until)
    {
        if (until == 0)
            return TimeSpan.Zero;
        long now = time.GetTimestamp();
        return now < until ? time.GetElapsedTime(now, until) : TimeSpan.Zero;
    }
}
