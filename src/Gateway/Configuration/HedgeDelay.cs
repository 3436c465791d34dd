namespace Gateway.Configuration;

/// <summary>A fixed wait, or a percentile of recent time to first content.</summary>
/// <param name="Fixed">Null for a percentile.</param>
/// <param name="Quantile">0 to 1, for example 0.95 for <c>p95</c>; not used with a fixed wait.</param>
internal readonly record struct HedgeDelay(TimeSpan? Fixed, double Quantile);
