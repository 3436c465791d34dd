using Gateway.Load.Comparing;
using Gateway.Load.Output;
using Gateway.Load.Run;
using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <summary>
/// What must hold of a run: <c>[ratio] [STATISTIC] METRIC OPERATOR VALUE</c>, as in <c>p99 ttft &lt; 300ms</c>, <c>errors &lt; 1%</c>,
/// <c>ratio p50 ttft &lt; 1.5</c> (every target against the first).
/// </summary>
internal sealed record Assertion(string Text, bool IsRatio, string? Statistic, string Metric, string Operator, double Limit)
{
    private static readonly string[] Operators = ["<", "<=", ">", ">=", "="];

    /// <returns>What is wrong, or null.</returns>
    public static string? Parse(string text, out Assertion? assertion)
    {
        assertion = null;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool ratio = words is ["ratio", ..];
        string[] rest = ratio ? words[1..] : words;
        if (rest is not ([_, _, _] or [_, _, _, _]))
            return "write [ratio] [STATISTIC] METRIC OPERATOR VALUE, as in 'p99 ttft < 300ms'";
        string? statistic = rest.Length == 4 ? rest[0] : null;
        string metric = rest[^3];
        if (!MetricLookup.IsKnown(metric))
            return $"'{metric}' is no metric";
        if (statistic is not null && (!MetricLookup.IsDistribution(metric) || !Measures.Distribution.IsStatistic(statistic)))
            return $"'{statistic}' is no statistic of '{metric}'";
        if (!Array.Exists(Operators, known => known == rest[^2]))
            return $"'{rest[^2]}' is none of {string.Join(' ', Operators)}";
        if (Value(rest[^1]) is not { } limit)
            return $"'{rest[^1]}' is no number, duration or share";
        if (!ratio && MetricLookup.IsShare(metric) && limit > 1)
            return $"'{rest[^1]}' is no share: write 5%, or error_request_count for their number";
        assertion = new Assertion(text, ratio, statistic, metric, rest[^2], limit);
        return null;
    }

    /// <summary>Checks a single run.</summary>
    public AssertionResult Check(RunResult run) => MetricLookup.Find(run, Statistic, Metric) is { } found
        ? new AssertionResult(Text, Holds(found.Value), $"{run.Name}: {Show(found.Value, found.Unit)}")
        : new AssertionResult(Text, false, $"{run.Name}: not measured");

    /// <summary>Checks a target against the baseline by the means over their rounds.</summary>
    public AssertionResult CheckRatio(Comparison comparison) =>
        comparison.Difference.Count > 0
            ? new(Text, comparison.BaselineMean > 0 && Holds(comparison.Ratio), $"{comparison.Target}/{comparison.Baseline}: {comparison.Ratio:0.###}")
            : new(Text, false, $"{comparison.Target}/{comparison.Baseline}: not measured");

    private bool Holds(double value) => Operator switch
    {
        "<" => value < Limit,
        "<=" => value <= Limit,
        ">" => value > Limit,
        ">=" => value >= Limit,
        _ => value == Limit,
    };

    private static string Show(double value, string unit) => unit == "share" ? $"{value * 100:0.###}%" : $"{value:0.###} {unit}";

    /// <summary>A duration in milliseconds, a share, a plain number.</summary>
    private static double? Value(string text)
    {
        if (text.EndsWith('%') && NumberText.TryParseShare(text, out double share))
            return share;
        if (NumberText.TryParse(text, out double number))
            return number;
        return DurationText.Parse(text, out TimeSpan span) is null ? span.TotalMilliseconds : null;
    }
}
