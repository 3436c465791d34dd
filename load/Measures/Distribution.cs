namespace Gateway.Load.Measures;

/// <summary>What a report says of a histogram, in the unit of its metric.</summary>
internal sealed record Distribution(
    long Count, double Average, double Min, double Max, double P50, double P90, double P95, double P99, double P999, double Deviation)
{
    /// <summary>The statistics a report shows, in its order.</summary>
    public static readonly string[] Statistics = ["avg", "min", "max", "p50", "p90", "p95", "p99", "p99.9", "std"];

    /// <param name="histogram">The values.</param>
    /// <param name="unit">How many of the histogram's units one of the metric's is.</param>
    public static Distribution Of(Histogram histogram, double unit) => histogram.Count == 0 ? new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0) : new(
        histogram.Count, histogram.Average / unit, histogram.Min / unit, histogram.Max / unit,
        histogram.Quantile(0.5) / unit, histogram.Quantile(0.9) / unit, histogram.Quantile(0.95) / unit, histogram.Quantile(0.99) / unit,
        histogram.Quantile(0.999) / unit, histogram.Deviation / unit);

    public double? Statistic(string name) => name switch
    {
        "avg" or "mean" => Average,
        "min" => Min,
        "max" => Max,
        "p50" or "median" => P50,
        "p90" => P90,
        "p95" => P95,
        "p99" => P99,
        "p99.9" => P999,
        "std" => Deviation,
        "count" => Count,
        _ => null,
    };
}
