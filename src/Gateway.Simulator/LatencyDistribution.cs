using System.Globalization;

namespace Gateway.Simulator;

/// <summary>A distribution of waiting times, sampled from a seeded generator. The default value is "no wait".</summary>
public readonly record struct LatencyDistribution
{
    private LatencyDistribution(LatencyShape shape, TimeSpan scale, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(sigma);
        (Shape, Scale, Sigma) = (shape, scale, sigma);
    }

    public LatencyShape Shape { get; }

    /// <summary>The constant, the median (log-normal) or the mean (exponential).</summary>
    public TimeSpan Scale { get; }

    /// <summary>Standard deviation of the logarithm; log-normal only.</summary>
    public double Sigma { get; }

    public static LatencyDistribution Fixed(TimeSpan value) => new(LatencyShape.Fixed, value, 0);

    public static LatencyDistribution LogNormal(TimeSpan median, double sigma) => new(LatencyShape.LogNormal, median, sigma);

    public static LatencyDistribution Exponential(TimeSpan mean) => new(LatencyShape.Exponential, mean, 0);

    /// <summary>Reads <c>20ms</c>, <c>1.5s</c>, <c>lognormal:200ms:0.2</c> or <c>exponential:50ms</c>.</summary>
    public static bool TryParse(string text, out LatencyDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(text);
        distribution = default;
        string[] parts = text.Split(':');
        switch (parts)
        {
            case [var value] when TryParseTime(value, out TimeSpan time):
                distribution = Fixed(time);
                return true;
            case ["exponential", var value] when TryParseTime(value, out TimeSpan mean):
                distribution = Exponential(mean);
                return true;
            case ["lognormal", var value, var spread] when TryParseTime(value, out TimeSpan median) && TryParseNumber(spread, out double sigma):
                distribution = LogNormal(median, sigma);
                return true;
            default:
                return false;
        }
    }

    internal TimeSpan Sample(ref SplitMix64 random) => Shape switch
    {
        LatencyShape.LogNormal => Scale * Math.Exp(Sigma * Normal(ref random)),
        LatencyShape.Exponential => Scale * -Math.Log(random.NextUnit()),
        _ => Scale,
    };

    /// <summary>Box–Muller.</summary>
    private static double Normal(ref SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(random.NextUnit())) * Math.Cos(2 * Math.PI * random.NextUnit());

    private static bool TryParseTime(string text, out TimeSpan time)
    {
        double unit = text.EndsWith("ms", StringComparison.Ordinal) ? 1 : 1000;
        int suffix = unit == 1 ? 2 : 1;
        time = default;
        if (text == "0")
        {
            return true;
        }

        if (text.Length <= suffix || text[^1] != 's' || !TryParseNumber(text[..^suffix], out double value) || value > 86_400_000)
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(value * unit);
        return true;
    }

    private static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
