using System.Globalization;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Schema;

/// <summary>Whether a single value has its node's format. Values are shown as written, before substitution; URLs and secrets never.</summary>
internal static class ScalarFormat
{
    /// <returns>Null when it is well formed.</returns>
    public static (string Problem, string Fix)? Check(SchemaNode node, ConfigScalar scalar)
    {
        string text = scalar.Text;
        string shown = Quoted.Text(scalar.Raw);
        return node.Kind switch
        {
            SchemaKind.Boolean => bool.TryParse(text, out _) ? null : ($"{shown} is not a boolean", "write true or false"),
            SchemaKind.Duration => CheckDuration(node, text, shown),
            SchemaKind.HedgeDelay => HedgeDelayText.Parse(text, out _) is { } wrong ? ($"{shown}: {wrong}", "write a percentile as in p95, a duration as in 300ms, or off") : null,
            SchemaKind.Share => ShareText.Parse(text, out _) is { } wrong ? ($"{shown}: {wrong}", "write a percentage, as in 5% or 0.5%") : null,
            SchemaKind.Size => CheckSize(node, text, shown),
            SchemaKind.Integer => CheckInteger(node, text, shown),
            SchemaKind.Number => CheckNumber(node, text, shown),
            SchemaKind.Choice => CheckChoice(node, text, shown),
            SchemaKind.Url => UrlText.Parse(text, out _) is { } problem ? (problem, FixOf(problem)) : null,
            _ => CheckText(text),
        };
    }

    private static (string, string)? CheckDuration(SchemaNode node, string text, string shown)
    {
        if (DurationText.Parse(text, out TimeSpan value) is { } problem)
            return ($"{shown}: {problem}", $"write a number and a unit, as in 250ms, 8s, 2m or 1h{(node.CanBeOff ? "; 0 for off" : "")}");

        return value == TimeSpan.Zero && !node.CanBeOff ? ($"{shown} is no time at all", "write a duration above 0, as in 250ms, 8s or 2m") : null;
    }

    private static (string, string)? CheckSize(SchemaNode node, string text, string shown)
    {
        if (SizeText.Parse(text, out long bytes) is { } problem)
            return ($"{shown}: {problem}", "write a number and a unit, as in 64KiB, 45MiB or 1GiB");

        return bytes < node.Minimum || bytes > node.Maximum
            ? ($"{shown} is out of range", $"write a size from {SizeText.Format(node.Minimum)} to {SizeText.Format(node.Maximum)}")
            : null;
    }

    private static (string, string)? CheckInteger(SchemaNode node, string text, string shown) =>
        !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) || number < node.Minimum || number > node.Maximum
            ? ($"{shown} is not a whole number from {node.Minimum} to {node.Maximum}", $"write a number from {node.Minimum} to {node.Maximum}")
            : null;

    private static (string, string)? CheckNumber(SchemaNode node, string text, string shown) =>
        !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number <= 0 || number > node.Maximum
            ? ($"{shown} is not a number above 0 and up to {node.Maximum}", "write a number as in 3 or 0.5")
            : null;

    private static (string, string)? CheckChoice(SchemaNode node, string text, string shown)
    {
        if (node.Allowed.Contains(text))
            return null;

        string allowed = string.Join(", ", node.Allowed);
        if (node.Later.Contains(text))
            return ($"{shown} is not in this version", $"use {allowed}");

        string? near = Suggestion.Nearest(text, node.Allowed);
        return ($"{shown} is not one of {allowed}", near is null ? $"use {allowed}" : $"did you mean `{near}`?");
    }

    private static (string, string)? CheckText(string text)
    {
        if (text.Length == 0)
            return ("is empty", "give it a value or remove the key");

        return text.Any(char.IsControl) ? ("holds control characters", "remove them") : null;
    }

    private static string FixOf(string problem) => problem.Contains("credentials", StringComparison.Ordinal)
        ? "use api-key"
        : "write http://HOST:PORT or https://HOST, with a path if there is one";
}
