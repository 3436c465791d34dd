namespace Gateway.Load.Settings;

/// <summary>Durations: <c>250ms</c>, <c>8s</c>, <c>2m</c>, <c>1h</c>; <c>0</c> needs no unit.</summary>
internal static class DurationText
{
    private const double LongestSeconds = 7 * 24 * 3600;

    /// <returns>What is wrong, or null.</returns>
    public static string? Parse(string text, out TimeSpan value)
    {
        value = default;
        if (text == "0")
            return null;
        (string number, double seconds) = text switch
        {
            [.. var n, 'm', 's'] => (n, 0.001),
            [.. var n, 's'] => (n, 1),
            [.. var n, 'm'] => (n, 60),
            [.. var n, 'h'] => (n, 3600),
            _ => ("", 0.0),
        };
        if (!NumberText.TryParse(number, out double amount))
            return $"'{text}' is no duration: write a number and a unit, as in 250ms or 2s";
        if (amount * seconds > LongestSeconds)
            return $"'{text}' is longer than a week";
        value = TimeSpan.FromSeconds(amount * seconds);
        return null;
    }
}
