using System.Globalization;

namespace Gateway.Configuration.Schema;

/// <summary>Durations as users write them: <c>250ms</c>, <c>8s</c>, <c>1.5m</c>, <c>1h</c>; <c>0</c> and <c>off</c> are zero.</summary>
internal static class DurationText
{
    /// <summary>Longer is a mistake, and timers of the platform end at 49 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
            return "off";
        int unit = Array.FindLastIndex(Units, candidate => value.TotalMilliseconds % candidate.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds / Units[Math.Max(0, unit)].Milliseconds}{Units[Math.Max(0, unit)].Unit}");
    }

    /// <returns>Null when it parsed; else what is wrong with it.</returns>
    public static string? Parse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text is "0" or "off")
            return null;

        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        if (!double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number))
            return "not a duration";

        int unit = Array.FindIndex(Units, candidate => text.AsSpan(digits).SequenceEqual(candidate.Unit));
        if (unit < 0)
            return digits == text.Length ? "a duration needs a unit" : "not a duration";

        if (number < 0)
            return "a duration cannot be negative";

        double milliseconds = number * Units[unit].Milliseconds;
        if (milliseconds > Longest.TotalMilliseconds)
            return "longer than 24h";

        value = TimeSpan.FromMilliseconds(milliseconds);
        return null;
    }
}
