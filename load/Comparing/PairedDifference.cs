namespace Gateway.Load.Comparing;

/// <summary>The mean of paired differences and its 95 % confidence interval (Student's t); one pair has no interval.</summary>
internal sealed record PairedDifference(int Count, double Mean, double Low, double High)
{
    /// <summary>t at 97.5 % for 1 … 30 degrees of freedom; beyond, see <see cref="StudentOf"/>.</summary>
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    private const double Normal = 1.96;

    public bool IsSignificant => Count > 1 && (Low > 0 || High < 0);

    public static PairedDifference Of(IReadOnlyList<double> baseline, IReadOnlyList<double> target)
    {
        double[] differences = [.. baseline.Zip(target, static (a, b) => b - a)];
        int count = differences.Length;
        if (count == 0)
            return new PairedDifference(0, 0, 0, 0);
        double mean = differences.Average();
        if (count == 1)
            return new PairedDifference(1, mean, mean, mean);
        double deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (count - 1));
        double half = StudentOf(count - 1) * deviation / Math.Sqrt(count);
        return new PairedDifference(count, mean, mean - half, mean + half);
    }

    /// <summary>Beyond the table the first terms of t's expansion about the normal distribution (Cornish and Fisher), right to 0.003.</summary>
    private static double StudentOf(int freedom) => freedom <= Student.Length
        ? Student[freedom - 1]
        : Normal + (((Normal * Normal * Normal) + Normal) / (4.0 * freedom));
}
