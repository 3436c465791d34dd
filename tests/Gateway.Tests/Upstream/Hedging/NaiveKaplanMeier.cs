namespace Gateway.Tests.Upstream.Hedging;

/// <summary>The textbook's estimate over every sample; null when the curve does not reach the quantile.</summary>
internal sealed class NaiveKaplanMeier
{
    private readonly List<(double Milliseconds, bool IsCensored)> _samples = [];

    internal void Add(double milliseconds, bool isCensored) => _samples.Add((milliseconds, isCensored));

    internal double? Quantile(double quantile)
    {
        // At the same time, those that ended count before those that were given up.
        (double Milliseconds, bool IsCensored)[] sorted = [.. _samples.Order()];
        double surviving = 1;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].IsCensored)
                continue;

            surviving *= 1 - (1.0 / (sorted.Length - i));
            if (surviving <= 1 - quantile)
                return sorted[i].Milliseconds;
        }

        return null;
    }
}
