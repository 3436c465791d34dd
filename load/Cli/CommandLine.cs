using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Load.Scenarios;

namespace Gateway.Load.Cli;

/// <summary>The <c>gateway-load</c> command line. Settings of a load are options of both commands, made from the one catalog.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. Returns an <see cref="ExitCode"/>.</summary>
    /// <param name="arguments">Of the process.</param>
    /// <param name="host">Its console and clock.</param>
    /// <param name="stop">Ctrl-C: ends the run early, with its report.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, LoadHost host, CancellationToken stop)
    {
        RootCommand root = new("A load generator for OpenAI-compatible endpoints. Exit codes: 0 ok, 1 failed, 2 usage, 4 the generator was the bottleneck.")
        {
            BuildRun(host),
            BuildCompare(host),
        };
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
                await host.Error.WriteLineAsync($"gateway-load: {error.Message}");
            await host.Error.WriteLineAsync("Try 'gateway-load run --help' or 'gateway-load compare --help'.");
            return ExitCode.Usage;
        }

        // Ctrl-C is the caller's token: the run ends with its report, however long the last requests take.
        InvocationConfiguration invocation = new() { Output = host.Output, Error = host.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation, stop);
    }

    private static Command BuildRun(LoadHost host)
    {
        Option<string?> scenario = new("--scenario") { Description = "Scenario in YAML; options given here win over it.", HelpName = "FILE" };
        Option<string?> sweepRate = new("--sweep-rate") { Description = "One run per rate, to find the knee.", HelpName = "R,R,…" };
        Option<string?> sweepConcurrency = new("--sweep-concurrency") { Description = "One run per concurrency, to find the knee.", HelpName = "N,N,…" };
        CommandOptions options = new();
        Command command = new("run", "Run a load against one endpoint.") { scenario, sweepRate, sweepConcurrency };
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            List<string> errors = [];
            Sweep? sweep = ReadSweep(parsed, sweepRate, "rate", errors);
            if (ReadSweep(parsed, sweepConcurrency, "concurrency", errors) is { } other)
            {
                if (sweep is not null)
                    errors.Add("--sweep-rate and --sweep-concurrency exclude each other.");
                sweep = other;
            }

            LoadPlan plan = options.Plan(parsed, parsed.GetValue(scenario), sweep, errors);
            return await PlanCommand.RunAsync(plan, parsed.GetValue(options.Output), errors, host, stop);
        });
        return command;
    }

    private static Sweep? ReadSweep(ParseResult parsed, Option<string?> option, string setting, List<string> errors)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        Sweep? sweep = Sweep.Parse(setting, text);
        if (sweep is null)
            errors.Add($"{option.Name} '{text}': write ascending numbers, as in 1,2,4,8.");
        return sweep;
    }

    private static Command BuildCompare(LoadHost host)
    {
        Option<string[]> targets = new("--target") { Description = "A target as NAME=URL; repeatable; the first is the baseline.", HelpName = "NAME=URL" };
        Option<string[]> pids = new("--target-pid") { Description = "Measure the process of a target, as NAME=PID; repeatable.", HelpName = "NAME=PID" };
        Option<string[]> headers = new("--target-header") { Description = "A header for one target, as NAME=HEADER:VALUE; repeatable.", HelpName = "NAME=H:V" };
        Option<string?> rounds = new("--rounds") { Description = $"Rounds over all targets ({LoadPlan.DefaultRounds}, or the scenario's).", HelpName = "N" };
        Option<string?> scenario = new("--scenario") { Description = "Scenario in YAML whose load is run.", HelpName = "FILE" };
        CommandOptions options = new();
        Command command = new("compare", "Run the same load against several endpoints, interleaved (A B A B), and report paired differences.")
        {
            targets, pids, headers, rounds, scenario,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            List<string> errors = [];
            LoadPlan plan = options.Plan(parsed, parsed.GetValue(scenario), sweep: null, errors) with { Sweep = null };
            plan = plan with { Name = parsed.GetValue(scenario) is null ? command.Name : plan.Name };
            if (parsed.GetValue(rounds) is { } text)
            {
                if (LoadPlan.ParseRounds(text) is { } count)
                    plan = plan with { Rounds = count };
                else
                    errors.Add($"--rounds '{text}': write a number from 1 to {LoadPlan.MaxRounds}.");
            }

            plan = TargetOptions.Add(plan, parsed.GetValue(targets) ?? [], parsed.GetValue(pids) ?? [], parsed.GetValue(headers) ?? [], errors);
            if (plan.Targets.Count < 2)
                errors.Add("compare needs at least two --target NAME=URL.");
            return await PlanCommand.RunAsync(plan, parsed.GetValue(options.Output), errors, host, stop);
        });
        return command;
    }
}
