using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary>The <c>gateway</c> command line.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. Returns an <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandHandlers handlers, CommandHost host, CancellationToken cancellationToken)
    {
        // No response files: an argument that starts with @ is that argument.
        ParseResult parsed = Build(handlers, host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageErrors(parsed) is { Count: > 0 } errors)
        {
            foreach (string error in errors)
                await host.Error.WriteLineAsync($"gateway: {error}");

            string? near = parsed.UnmatchedTokens is [var token, ..] ? Suggestion.Nearest(token, VisibleNames(parsed.CommandResult.Command)) : null;
            if (near is not null)
                await host.Error.WriteLineAsync($"Did you mean '{near}'?");

            await host.Error.WriteLineAsync($"Try '{CommandPath(parsed.CommandResult)} --help'.");
            return ExitCode.Usage;
        }

        // Signals belong to the server, which drains; the library's own handling would cut it off after two seconds.
        var invocation = new InvocationConfiguration { Output = host.Output, Error = host.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    /// <summary>The command tree; <c>serve</c> is also what the bare name does.</summary>
    public static Command Build(CommandHandlers handlers, CommandHost host)
    {
        var root = new Command("gateway", "An OpenAI-compatible gateway for LLM upstreams. Without a command it serves.");
        ServerCommands.AddServe(root, handlers, host);
        var help = new HelpOption();
        help.Action = new HelpWithExamples(root, (HelpAction)help.Action!);
        root.Add(help);
        root.Add(new Option<bool>("--version") { Description = "Print the version.", Action = new PrintVersion() });

        var serve = new Command("serve", "Run the gateway (the default command).");
        ServerCommands.AddServe(serve, handlers, host);
        root.Add(serve);
        root.Add(ServerCommands.Demo(handlers, host));
        root.Add(CheckCommand.Build(host));
        root.Add(ProbeCommand.Build(handlers, host));
        root.Add(SimulateCommand.Build(handlers));
        root.Add(HealthcheckCommand.Build(host));
        root.Add(SchemaCommand.Build(host));
        root.Add(HashKeyCommand.Build(host));
        return root;
    }

    private static List<string> UsageErrors(ParseResult parsed)
    {
        List<string> errors = [.. parsed.Errors.Select(error => error.Message)];
        CommandResult command = parsed.CommandResult;
        if (errors.Count == 0 && command.Parent is CommandResult parent)
        {
            // `gateway --config FILE check` would check another file than it says.
            IEnumerable<OptionResult> misplaced = parent.Children.OfType<OptionResult>().Where(option => !option.Implicit && option.Option is not HelpOption);
            errors.AddRange(misplaced.Select(option => $"{option.Option.Name} goes after '{command.Command.Name}'."));
        }

        return errors;
    }

    private static IEnumerable<string> VisibleNames(Command command) => command.Subcommands.Where(inner => !inner.Hidden).Select(inner => inner.Name)
        .Concat(command.Options.Where(option => !option.Hidden).Select(option => option.Name));

    private static string CommandPath(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{parent.Command.Name} {command.Command.Name}" : command.Command.Name;
}
