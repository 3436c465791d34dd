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
        Check(plan, errors);
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
        catch (Exception exception) when (exception is HttpFailure or FormatException or IOException or UnauthorizedAccessException or OperationCanceledException or ArgumentException)
        {
            await host.Error.WriteLineAsync($"gateway-load: {exception.Message}");
            return ExitCode.Failed;
        }

        return ExitCode.Of(report);
    }

    /// <summary>Every setting of every target, and what only shows in their combination.</summary>
    private static void Check(LoadPlan plan, List<string> errors)
    {
        IEnumerable<RunOptions> all = plan.Targets.Count == 0
            ? [PlanRunner.Options(plan, [], errors)]
            : plan.Targets.Select(target => PlanRunner.Options(plan, target.Values, errors)).ToList();
        foreach (RunOptions options in all)
        {
            if (options.Url is null)
                errors.Add("--url is missing, as in --url http://127.0.0.1:8080.");
            if (options.Duration <= TimeSpan.Zero)
                errors.Add("--duration must be above zero.");
            if (options.Trace is not null && options.Rate is not null)
                errors.Add("--trace and --rate exclude each other: the trace has the times.");
            if (options.Requests.HasSessions && options.Requests.Api != Requests.LoadApi.Chat)
                errors.Add("--turns needs --api chat.");
            if (options.Requests.Prompts == 0 || options.Requests.Prefixes == 0)
                errors.Add("--prompts and --prefixes must be above zero.");
        }

        // The same mistake in the load of every target is one mistake.
        string[] distinct = [.. errors.Distinct()];
        errors.Clear();
        errors.AddRange(distinct);
    }
}
