using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Scenarios;

/// <summary>The step with the highest power, throughput divided by latency (Kleinrock, 1979): before it capacity is left, behind it requests only wait.</summary>
internal static class Knee
{
    public static RunResult? Find(IReadOnlyList<RunResult> steps) => steps.Where(step => Power(step) > 0).MaxBy(Power);

    private static double Power(RunResult step) => step.Distribution(MetricId.RequestLatency) is { P50: > 0 and var latency } ? step.RequestThroughput / latency : 0;
}
