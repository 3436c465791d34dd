using System.Globalization;

namespace Gateway.Load.Measures;

/// <summary>What a report says of a histogram, in the unit of its metric.</summary>
internal sealed class Distribution
{
    /// <summary>What files hold, by the names that AIPerf's export has, and p99.9.</summary>
    public static readonly string[] Statistics =
        ["avg", "min", "max", "sum", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "p99.9", "std"];

    /// <summary>What fits on a terminal.</summary>
    public static readonly string[] Shown = ["avg", "min", "max", "p50", "p90", "p95", "p99", "p99.9"];

    private readonly Histogram _histogram;
    private readonly double _unit;

    /// <param name="histogram">The values; nothing is recorded any more.</param>
    /// <param name="unit">How many of the histogram's units one of the metric's is.</param>
    public Distribution(Histogram histogram, double unit) => (_histogram, _unit) = (histogram, unit);

    public long Count => _histogram.Count;

    public double P50 => Quantile(0.5);

    public double P99 => Quantile(0.99);

    public static bool IsStatistic(string name) => name is "mean" or "median" or "count" || Array.IndexOf(Statistics, name) >= 0;

    /// <returns>Null: there is no such statistic.</returns>
    public double? Statistic(string name) => name switch
    {
        "avg" or "mean" => _histogram.Average / _unit,
        "min" => _histogram.Count == 0 ? 0 : _histogram.Min / _unit,
        "max" => _histogram.Max / _unit,
        "sum" => _histogram.Sum / _unit,
        "median" => P50,
        "std" => _histogram.Deviation / _unit,
        "count" => Count,
        // Decimal: 99.9 / 100 as doubles is a little more than 0.999, and one rank too high.
        _ when IsStatistic(name) => Quantile((double)(decimal.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) / 100)),
        _ => null,
    };

    private double Quantile(double share) => _histogram.Quantile(share) / _unit;
}
