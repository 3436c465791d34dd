using System.Text;
using Gateway.Load.Comparing;
using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>The whole report on the console.</summary>
internal static class ReportText
{
    public static string Write(Report report)
    {
        StringBuilder text = new();
        foreach (RunResult run in report.Runs)
            text.Append(RunTable.Write(run)).AppendLine();
        if (report.Runs.Any(run => run.Step is not null))
            AppendSteps(text, report);
        if (report.Comparisons.Count > 0)
            AppendComparisons(text, report.Comparisons);
        foreach (AssertionResult result in report.Assertions)
            text.AppendLine($"{(result.Holds ? "holds " : "FAILED")} {result.Text} ({result.Found})");
        return text.ToString();
    }

    private static void AppendSteps(StringBuilder text, Report report)
    {
        TextTable table = new("step", "requests/s", "tokens/s", "p50 ms", "p99 ms", "p99 ttft ms", "errors", "");
        foreach (RunResult run in report.Runs)
        {
            Distribution? latency = run.Distribution(MetricId.RequestLatency);
            table.Add(
                run.Name, RunTable.Number(run.RequestThroughput), RunTable.Number(run.TokenThroughput), RunTable.Number(latency?.P50 ?? 0), RunTable.Number(latency?.P99 ?? 0),
                RunTable.Number(run.Distribution(MetricId.TimeToFirst)?.P99 ?? 0), $"{run.Measures.Failed}", ReferenceEquals(run, report.Knee) ? "<- knee" : "");
        }

        text.Append(table).AppendLine();
    }

    private static void AppendComparisons(StringBuilder text, IReadOnlyList<Comparison> comparisons)
    {
        TextTable table = new("metric", "target", "baseline", "value", "difference", "95 % interval", "ratio", "unit");
        foreach (Comparison one in comparisons)
        {
            PairedDifference difference = one.Difference;
            table.Add(
                one.Metric, one.Target, RunTable.Number(one.BaselineMean), RunTable.Number(one.TargetMean), Signed(difference.Mean),
                difference.Count > 1 ? $"{Signed(difference.Low)} … {Signed(difference.High)}{(difference.IsSignificant ? " *" : "")}" : "one round",
                $"{one.Ratio:0.000}", one.Unit);
        }

        text.Append(table).AppendLine("* the interval does not hold zero").AppendLine();
    }

    private static string Signed(double value) => value < 0 ? $"-{Precise(-value)}" : $"+{Precise(value)}";

    private static string Precise(double value) => value < 1 ? $"{value:0.000}" : RunTable.Number(value);
}
