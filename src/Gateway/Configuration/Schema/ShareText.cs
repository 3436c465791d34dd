using System.Globalization;

namespace Gateway.Configuration.Schema;

/// <summary>Shares as users write them: <c>5%</c>, <c>0.5%</c>, <c>100%</c>. A bare number is refused: <c>5</c> and <c>0.05</c> could both mean it.</summary>
internal static class ShareText
{
    /// <param name="text">As written.</param>
    /// <param name="value">0 to 1.</param>
    /// <returns>Null when it parsed; else what is wrong with it.</returns>
    public static string? Parse(string text, out double value)
    {
        value = 0;
        bool hasUnit = text.EndsWith('%');
        ReadOnlySpan<char> digits = hasUnit ? text.AsSpan()[..^1] : text;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double percent) || !double.IsFinite(percent))
            return "not a share";

        if (!hasUnit)
            return "a share needs its `%`";

        if (percent is < 0 or > 100)
            return "not within 0% and 100%";

        value = percent / 100;
        return null;
    }
}
