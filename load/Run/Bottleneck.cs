using Gateway.Load.Measures;

namespace Gateway.Load.Run;

/// <summary>Whether a run measured the generator instead of the target.</summary>
internal static class Bottleneck
{
    public const double MaxLatenessMilliseconds = 10;
    public const double MaxOwnCpu = 0.9;

    public static string? Of(RunResult result)
    {
        double lateness = result.Distribution(MetricId.Lateness)?.P99 ?? 0;
        if (lateness > MaxLatenessMilliseconds)
            return $"it started requests late: p99 {lateness:0.0} ms, allowed are {MaxLatenessMilliseconds:0} ms";
        if (result.OwnCpu > MaxOwnCpu)
            return $"it used {result.OwnCpu:P0} of a core, allowed are {MaxOwnCpu:P0}";
        return null;
    }
}
