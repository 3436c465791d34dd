using System.Globalization;

namespace Gateway.Configuration.Schema;

/// <summary>When to hedge, as users write it: a percentile from <c>p1</c> to <c>p99.9</c>, a duration, or <c>off</c>.</summary>
internal static class HedgeDelayText
{
    private const double LowestPercentile = 1;

    private const double HighestPercentile = 99.9;

    /// <param name="text">As written.</param>
    /// <param name="value">Null: off.</param>
    /// <returns>Null when it parsed; else what is wrong with it.</returns>
    public static string? Parse(string text, out HedgeDelay? value)
    {
        value = null;
        if (text.StartsWith('p'))
            return ParsePercentile(text.AsSpan(1), out value);

        if (DurationText.Parse(text, out TimeSpan wait) is { } problem)
            return problem == "not a duration" ? "neither a percentile nor a duration" : problem;

        value = wait == TimeSpan.Zero ? null : new HedgeDelay(wait, 0);
        return null;
    }

    private static string? ParsePercentile(ReadOnlySpan<char> digits, out HedgeDelay? value)
    {
        value = null;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percentile))
            return "neither a percentile nor a duration";

        if (percentile is < LowestPercentile or > HighestPercentile)
            return "not a percentile from p1 to p99.9";

        value = new HedgeDelay(null, percentile / 100);
        return null;
    }
}
