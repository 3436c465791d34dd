namespace Gateway.Upstream.Hedging;

/// <summary>
/// Weighted times in buckets of 6 % (12 per doubling), from 1 ms to 10 min; what lies outside counts at the edge. Some ended with what was waited
/// for (observed), some were given up before (censored). Not thread-safe; the owner locks.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int PerDoubling = 12;

    /// <summary>log2(600,000) × 12: the last bucket holds 10 minutes.</summary>
    private const int Buckets = 231;

    /// <summary>A bucket with less is emptied, six half-lives after a single sample: else one outlier would be the largest time for ever.</summary>
    private const double Negligible = 1.0 / 64;

    private readonly double[] _observed = new double[Buckets];
    private readonly double[] _censored = new double[Buckets];

    internal double Observed { get; private set; }

    internal double Censored { get; private set; }

    internal static int BucketOf(TimeSpan time)
    {
        double milliseconds = time.TotalMilliseconds;
        return milliseconds <= 1 ? 0 : Math.Min((int)(Math.Log2(milliseconds) * PerDoubling), Buckets - 1);
    }

    internal void Add(int bucket, bool isCensored)
    {
        if (isCensored)
        {
            _censored[bucket]++;
            Censored++;
        }
        else
        {
            _observed[bucket]++;
            Observed++;
        }
    }

    /// <summary>Multiplies every weight by <paramref name="factor"/>.</summary>
    internal void Scale(double factor)
    {
        Observed = Scale(_observed, factor);
        Censored = Scale(_censored, factor);
    }

    /// <summary>
    /// The Kaplan–Meier estimate: of those still waiting when a bucket begins, the share that ends in it. Given-up ones leave those still waiting and
    /// count as nothing else. When too many were given up for the curve to get there: the largest observed time.
    /// </summary>
    internal TimeSpan Quantile(double quantile)
    {
        double waiting = Observed + Censored;
        double surviving = 1;
        double target = 1 - quantile;
        int last = 0;
        for (int i = 0; i < Buckets && waiting > Negligible / 2; i++)
        {
            if (_observed[i] > 0)
            {
                double next = surviving * Math.Max(0, 1 - (_observed[i] / waiting));
                if (next <= target)
                    return TimeAt(i + ((surviving - target) / (surviving - next)));

                surviving = next;
                last = i;
            }

            waiting -= _observed[i] + _censored[i];
        }

        return TimeAt(last + 1);
    }

    /// <summary>Buckets are even on the logarithm, so a place inside one is as well.</summary>
    private static TimeSpan TimeAt(double bucket) => TimeSpan.FromMilliseconds(double.Exp2(bucket / PerDoubling));

    private static double Scale(double[] weights, double factor)
    {
        double sum = 0;
        foreach (ref double weight in weights.AsSpan())
        {
            weight = weight * factor is var scaled and >= Negligible ? scaled : 0;
            sum += weight;
        }

        return sum;
    }
}
