using Gateway.Load.Output;

namespace Gateway.Load.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>An assertion does not hold, no request succeeded, or the target could not be reached.</summary>
    public const int Failed = 1;

    public const int Usage = 2;

    /// <summary>The generator itself was the bottleneck: what was measured says nothing of the target, so this comes before a failed assertion.</summary>
    public const int Invalid = 4;

    public static int Of(Report report)
    {
        if (report.Runs.Any(run => run.Bottleneck is not null))
            return Invalid;
        bool holds = report.Assertions.All(result => result.Holds);
        return holds && report.Runs.All(run => run.Measures.Totals is { Succeeded: > 0 } or { Cancelled: > 0 } || run.WasCancelled) ? Ok : Failed;
    }
}
