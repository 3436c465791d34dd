namespace Gateway.Upstream.Hedging;

/// <summary>
/// Recent times to first content of one model, provider and endpoint kind: a quantile estimate that forgets, and that takes censored samples
/// (attempts given up before their content). Without those, hedging would only ever see its winners: the delay would shrink, more would be hedged,
/// and so on. Thread-safe; no allocation.
/// </summary>
/// <remarks>
/// A sample's weight halves every 60 s, but never so far that less than 100 samples' weight is left: with little traffic the last hundred or so
/// count, however old. There is no estimate before 20 observed samples, and always one after.
/// </remarks>
internal sealed class ContentTimes(TimeProvider time)
{
    /// <summary>Observed samples before the first estimate: fewer say nothing of a 95th percentile.</summary>
    internal const int WarmUp = 20;

    /// <summary>Weight that time alone does not take away.</summary>
    internal const int Kept = 100;

    internal static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(60);

    /// <summary>An estimate is used again until as many samples have come, or so much time has passed.</summary>
    private const int SamplesPerEstimate = 32;

    private static readonly TimeSpan EstimateAge = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ForgetStep = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LatencyHistogram _histogram = new();
    private long _forgotAt = time.GetTimestamp();
    private long _usedAt = time.GetTimestamp();
    private long _estimatedAt;
    private double _estimatedQuantile = double.NaN;
    private TimeSpan _estimate;
    private int _samplesSince;
    private bool _isWarm;

    /// <summary>Timestamp of the last sample or question.</summary>
    internal long UsedAt => Volatile.Read(ref _usedAt);

    /// <summary>An attempt's content came after <paramref name="elapsed"/>.</summary>
    internal void Observe(TimeSpan elapsed) => Add(elapsed, isCensored: false);

    /// <summary>An attempt was given up after <paramref name="elapsed"/>: its content would have come later.</summary>
    internal void ObserveCensored(TimeSpan elapsed) => Add(elapsed, isCensored: true);

    /// <summary>
    /// The estimate, at most 100 ms old; null while fewer than <see cref="WarmUp"/> times were observed. When too many samples are censored to say
    /// where <paramref name="quantile"/> lies: the largest observed time.
    /// </summary>
    /// <param name="quantile">Above 0, below 1.</param>
    internal TimeSpan? Quantile(double quantile)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            Forget(now);
            _usedAt = now;
            if (!_isWarm)
                return null;

            if (quantile != _estimatedQuantile || IsStale(now))
                Estimate(quantile, now);

            return _estimate;
        }
    }

    private void Add(TimeSpan elapsed, bool isCensored)
    {
        int bucket = LatencyHistogram.BucketOf(elapsed);
        long now = time.GetTimestamp();
        lock (_lock)
        {
            Forget(now);
            _usedAt = now;
            _histogram.Add(bucket, isCensored);
            _isWarm |= _histogram.Observed >= WarmUp;
            _samplesSince++;
        }
    }

    private bool IsStale(long now) =>
        _samplesSince >= SamplesPerEstimate || time.GetElapsedTime(_estimatedAt, now) >= EstimateAge;

    private void Estimate(double quantile, long now)
    {
        (_estimate, _estimatedQuantile, _estimatedAt, _samplesSince) = (_histogram.Quantile(quantile), quantile, now, 0);
    }

    /// <summary>In steps of a second: a pass over the histogram is cheap, but not for each sample.</summary>
    private void Forget(long now)
    {
        TimeSpan elapsed = time.GetElapsedTime(_forgotAt, now);
        if (elapsed < ForgetStep)
            return;

        _forgotAt = now;
        double weight = _histogram.Observed + _histogram.Censored;
        if (weight > Kept)
            _histogram.Scale(Math.Max(double.Exp2(-(elapsed / HalfLife)), Kept / weight));
    }
}
