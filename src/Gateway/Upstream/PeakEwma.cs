namespace Gateway.Upstream;

/// <summary>
/// Peak EWMA of a replica's time to first content: a higher sample replaces it at once, a lower one decays in with e^(−Δt/τ), τ = 30 s, so that
/// trouble shows at once and recovery has to last. Thread-safe, without locks or allocation.
/// </summary>
/// <remarks>Estimate and time of the last sample share one word: 36 bits of 100 ns (to 1.9 h), 28 bits of milliseconds since the start (they wrap after 3 days).</remarks>
internal sealed class PeakEwma(TimeProvider time)
{
    private const int ClockBits = 28;
    private const ulong ClockMask = (1UL << ClockBits) - 1;
    private const long MaxTicks = (1L << (64 - ClockBits)) - 1;

    private static readonly TimeSpan Decay = TimeSpan.FromSeconds(30);

    private readonly long _started = time.GetTimestamp();
    private ulong _state = (ulong)Start.Ticks << ClockBits;

    /// <summary>What a replica is taken for before its first sample.</summary>
    internal static TimeSpan Start { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The estimate now.</summary>
    internal TimeSpan Value => TimeSpan.FromTicks(TicksOf(Volatile.Read(ref _state)));

    /// <summary>How long ago the last sample came; before the first: since the replica exists.</summary>
    internal TimeSpan SinceSample => Elapsed(Volatile.Read(ref _state), Now());

    /// <summary>A request's first content came after <paramref name="sample"/>.</summary>
    internal void Observe(TimeSpan sample) => Update(sample, isCensored: false);

    /// <summary>A request that was given up after <paramref name="elapsed"/> took at least that long: it can only raise the estimate.</summary>
    internal void ObserveAtLeast(TimeSpan elapsed) => Update(elapsed, isCensored: true);

    private void Update(TimeSpan sample, bool isCensored)
    {
        long ticks = Math.Clamp(sample.Ticks, 0, MaxTicks);
        ulong now = Now();
        ulong state = Volatile.Read(ref _state);
        while (true)
        {
            if (isCensored && ticks <= TicksOf(state))
                return;
            ulong next = ((ulong)Blend(TicksOf(state), ticks, Elapsed(state, now)) << ClockBits) | now;
            ulong seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
                return;
            state = seen;
        }
    }

    // Rounded down: a difference too small for a millisecond's decay would else stay for ever.
    private static long Blend(long estimate, long sample, TimeSpan elapsed) => sample >= estimate
        ? sample
        : sample + (long)((estimate - sample) * Math.Exp(-elapsed / Decay));

    private static long TicksOf(ulong state) => (long)(state >> ClockBits);

    private ulong Now() => (ulong)time.GetElapsedTime(_started).Ticks / TimeSpan.TicksPerMillisecond & ClockMask;

    /// <summary>Zero when another thread's sample is newer than this thread's look at the clock.</summary>
    private static TimeSpan Elapsed(ulong state, ulong now)
    {
        ulong milliseconds = (now - state) & ClockMask;
        return milliseconds > ClockMask / 2 ? TimeSpan.Zero : TimeSpan.FromMilliseconds((double)milliseconds);
    }
}
