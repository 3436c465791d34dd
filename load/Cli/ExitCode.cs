using Gateway.Load.Output;
using Gateway.Load.Run;

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
        return report.Assertions.All(result => result.Holds) && report.Runs.All(Worked) ? Ok : Failed;
    }

    /// <summary>Something was answered, or the run was stopped before anything could be.</summary>
    private static bool Worked(RunResult run) =>
        run.Measures.Totals is { Succeeded: > 0 } or { Cancelled: > 0 } || run is { WasCancelled: true, Measures.Failed: 0 };
}
