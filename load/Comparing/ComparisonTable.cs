using Gateway.Load.Run;
using Gateway.Load.Scenarios;

namespace Gateway.Load.Comparing;

/// <summary>Pairs the rounds of every target with those of the first.</summary>
internal static class ComparisonTable
{
    public static readonly (string? Statistic, string Metric)[] Standard =
    [
        ("p50", "service_time_to_first_token"), ("p99", "service_time_to_first_token"),
        ("p50", "inter_chunk_latency"), ("p99", "inter_chunk_latency"),
        ("p50", "request_latency"), ("p99", "request_latency"),
        (null, "request_throughput"), (null, "errors"), (null, "process_cpu_per_request"), (null, "process_cpu_per_chunk"), (null, "process_memory_peak"),
    ];

    /// <summary>What was not measured in any pair has a difference of no pairs.</summary>
    public static List<Comparison> Of(IReadOnlyList<PlanTarget> targets, IReadOnlyList<IReadOnlyList<RunResult>> rounds, (string? Statistic, string Metric)[] metrics)
    {
        List<Comparison> comparisons = [];
        for (int i = 1; i < targets.Count; i++)
        {
            foreach ((string? statistic, string metric) in metrics)
                comparisons.Add(Compare(targets[0].Name, targets[i].Name, rounds[0], rounds[i], statistic, metric));
        }

        return comparisons;
    }

    private static Comparison Compare(
        string baselineName, string targetName, IReadOnlyList<RunResult> baseline, IReadOnlyList<RunResult> target, string? statistic, string metric)
    {
        List<double> before = [];
        List<double> after = [];
        string unit = "";
        for (int round = 0; round < Math.Min(baseline.Count, target.Count); round++)
        {
            // A round that was stopped is half a measurement, and its other half may have none.
            if (baseline[round].WasCancelled || target[round].WasCancelled)
                continue;
            if (MetricLookup.Find(baseline[round], statistic, metric) is not { } a || MetricLookup.Find(target[round], statistic, metric) is not { } b)
                continue;
            before.Add(a.Value);
            after.Add(b.Value);
            unit = a.Unit;
        }

        string label = statistic is null ? metric : $"{statistic} {metric}";
        return new Comparison(targetName, baselineName, label, unit, Mean(before), Mean(after), PairedDifference.Of(before, after));
    }

    private static double Mean(List<double> values) => values.Count == 0 ? 0 : values.Average();
}
