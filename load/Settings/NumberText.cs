using System.Globalization;

namespace Gateway.Load.Settings;

/// <summary>Numbers as users write them: <c>3</c>, <c>0.5</c>, shares as <c>5%</c>.</summary>
internal static class NumberText
{
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    /// <summary><c>5%</c> or <c>0.05</c>.</summary>
    public static bool TryParseShare(string text, out double value)
    {
        bool percent = text.EndsWith('%');
        bool parsed = TryParse(percent ? text[..^1] : text, out value);
        value /= percent ? 100 : 1;
        return parsed && value <= 1;
    }
}
