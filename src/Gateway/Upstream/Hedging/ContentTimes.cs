namespace Gateway.Upstream.Hedging;

/// <summary>
/// Recent times to first content of one model, provider and endpoint kind: a quantile estimate that forgets, and that takes censored samples
/// (attempts given up before their content). Thread-safe.
/// </summary>
internal sealed class ContentTimes(TimeProvider time)
{
    /// <summary>An attempt's content came after <paramref name="elapsed"/>.</summary>
    internal void Observe(TimeSpan elapsed) => _ = (time, elapsed);

    /// <summary>An attempt was given up after <paramref name="elapsed"/>: its content would have come later.</summary>
    internal void ObserveCensored(TimeSpan elapsed) => _ = elapsed;

    /// <summary>The estimate; null while there are too few samples.</summary>
    internal TimeSpan? Quantile(double quantile) => null;
}
