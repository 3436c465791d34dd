using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <summary>The same load in steps of one setting, to find where more of it brings little but waiting.</summary>
/// <param name="Setting"><c>rate</c> or <c>concurrency</c>.</param>
/// <param name="Steps">Ascending.</param>
internal sealed record Sweep(string Setting, IReadOnlyList<double> Steps)
{
    public const int MaxSteps = 100;

    /// <summary>Reads <c>1,2,4,8</c>.</summary>
    /// <returns>Null: that is no such list.</returns>
    public static Sweep? Parse(string setting, string text)
    {
        List<double> steps = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!NumberText.TryParse(part, out double step) || step <= 0 || (steps.Count > 0 && step <= steps[^1]) || steps.Count == MaxSteps || (setting == "concurrency" && step != Math.Floor(step)))
                return null;
            steps.Add(step);
        }

        return new Sweep(setting, steps);
    }
}
