namespace Gateway.Upstream;

/// <summary>Peak EWMA of a replica's time to first content: a higher sample replaces it at once, a lower one decays in. Thread-safe.</summary>
internal sealed class PeakEwma
{
    private long _ticks;

    /// <summary>The estimate now.</summary>
    internal TimeSpan Value => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    internal void Observe(TimeSpan sample) => Volatile.Write(ref _ticks, sample.Ticks);

    /// <summary>A request that was given up after <paramref name="elapsed"/> took at least that long.</summary>
    internal void ObserveAtLeast(TimeSpan elapsed)
    {
        if (elapsed > Value)
            Observe(elapsed);
    }
}
