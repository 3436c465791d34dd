using Gateway.Load.Http;
using Gateway.Load.Output;
using Gateway.Load.Run;
using Gateway.Load.Scenarios;

namespace Gateway.Load.Cli;

/// <summary>Carries a plan out and reports: table, files, assertions, exit code.</summary>
internal static class PlanCommand
{
    public static async Task<int> RunAsync(LoadPlan plan, string? output, List<string> errors, LoadHost host, CancellationToken stop)
    {
        PlanCheck.Check(plan, errors);
        if (output is not null && errors.Count == 0)
            Prepare(output, errors);
        if (errors.Count > 0)
        {
            foreach (string error in errors)
                await host.Error.WriteLineAsync($"gateway-load: {error}");
            return ExitCode.Usage;
        }

        LoadRunner runner = new(host.TimeProvider, new ConsoleProgress(host.Error, host.IsTerminal));
        Report report;
        try
        {
            report = await new PlanRunner(runner.RunAsync).RunAsync(plan, stop);
            await host.Output.WriteAsync(ReportText.Write(report));
            foreach (string path in output is null ? [] : ReportFiles.Write(report, output))
                await host.Output.WriteLineAsync($"wrote {path}");
        }
        catch (FormatException exception)
        {
            await host.Error.WriteLineAsync($"gateway-load: {exception.Message}");
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is HttpFailure or IOException or UnauthorizedAccessException or OperationCanceledException or ArgumentException)
        {
            await host.Error.WriteLineAsync($"gateway-load: {exception.Message}");
            return ExitCode.Failed;
        }

        return ExitCode.Of(report);
    }

    /// <summary>A report that cannot be written is said before the run, not after it.</summary>
    private static void Prepare(string output, List<string> errors)
    {
        try
        {
            ReportFiles.Prepare(output);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"--output '{output}': {exception.Message}");
        }
    }
}
