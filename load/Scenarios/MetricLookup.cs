using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;

namespace Gateway.Load.Scenarios;

/// <summary>Finds a measured value by the words of an assertion.</summary>
internal static class MetricLookup
{
    private const string Errors = "errors";
    private const string OneKind = "errors.";

    /// <summary>Whether a metric of this name can exist; what a run did not measure is found out later.</summary>
    public static bool IsKnown(string metric) => IsDistribution(metric) || metric == Errors || IsErrorKind(metric) || IsFigure(metric);

    public static bool IsDistribution(string metric) => Array.Exists(MetricNames.All, name => name.Tag == Canonical(metric));

    /// <param name="run">The run.</param>
    /// <param name="statistic">Of a distribution.</param>
    /// <param name="metric">A tag, a usual short name, <c>errors</c> (their share) or <c>errors.KIND</c> (their number).</param>
    /// <returns>Value and unit; null: not measured.</returns>
    public static (double Value, string Unit)? Find(RunResult run, string? statistic, string metric)
    {
        metric = Canonical(metric);
        if (metric == Errors)
            return (run.ErrorShare, "share");
        if (metric.StartsWith(OneKind, StringComparison.Ordinal))
            return (run.Measures.Errors.GetValueOrDefault(metric[OneKind.Length..]), "requests");
        if (Array.Find(MetricNames.All, name => name.Tag == metric) is { } known)
            return run.Distribution(known.Id)?.Statistic(statistic ?? "avg") is { } value ? (value, known.Unit) : null;
        return Figures.Of(run).FirstOrDefault(figure => figure.Tag == metric) is { } found ? (found.Value, found.Unit) : null;
    }

    /// <summary>A share of the requests, of which 100 % is the most.</summary>
    public static bool IsShare(string metric) => metric == Errors;

    /// <summary>A kind that does not exist would never be counted, and its assertion always hold.</summary>
    private static bool IsErrorKind(string metric) => metric.StartsWith(OneKind, StringComparison.Ordinal) && ErrorKinds.IsKnown(metric[OneKind.Length..]);

    private static bool IsFigure(string metric) => KnownFigures.Contains(Canonical(metric));

    private static readonly HashSet<string> KnownFigures =
    [
        "request_throughput", "output_token_throughput", "total_token_throughput", "request_count", "error_request_count", "cancelled_request_count",
        "total_output_tokens", "total_osl", "total_isl", "chunk_count", "stall_count", "benchmark_duration", "generator_cpu", "goodput", "good_request_count", "content_checked_count",
        "content_lost", "content_doubled", "content_reordered", "content_altered", "content_errors", "process_cpu_seconds", "process_cpu_per_request",
        "process_cpu_per_chunk", "process_memory", "process_memory_peak",
    ];

    private static string Canonical(string metric) => metric switch
    {
        "ttft" => "time_to_first_token",
        "ttst" => "time_to_second_token",
        "tpot" => "time_per_output_token",
        "itl" => "inter_token_latency",
        "icl" => "inter_chunk_latency",
        "e2el" or "latency" => "request_latency",
        "throughput" => "request_throughput",
        "stalls" => "stall_count",
        _ => metric,
    };
}
