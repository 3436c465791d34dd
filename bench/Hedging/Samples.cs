namespace Gateway.Bench.Hedging;

/// <summary>Times of many requests, sorted.</summary>
internal sealed class Samples(IEnumerable<double> milliseconds)
{
    private readonly double[] _sorted = [.. milliseconds.Order()];

    internal int Count => _sorted.Length;

    internal double P50 => Percentile(0.5);

    internal double P95 => Percentile(0.95);

    internal double P99 => Percentile(0.99);

    internal double Max => _sorted[^1];

    /// <summary>By nearest rank: the smallest time that this share of the requests did not exceed.</summary>
    internal double Percentile(double share) => _sorted[Math.Max(0, (int)Math.Ceiling(share * _sorted.Length) - 1)];
}
