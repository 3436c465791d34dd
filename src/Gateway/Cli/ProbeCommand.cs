using System.CommandLine;
using Gateway.Cli.Probing;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary><c>gateway probe</c>: asks the upstreams themselves.</summary>
internal static class ProbeCommand
{
    public static Command Build(CommandHandlers handlers, CommandHost host)
    {
        var provider = new Argument<string?>("PROVIDER") { Description = "Only this one; default: every provider.", Arity = ArgumentArity.ZeroOrOne };
        var model = new Option<string?>("--model", "-m") { Description = "Model to ask for; default: the first one that looks as if it chats.", HelpName = "ID" };
        var command = new Command("probe", "Ask every upstream for its models, a short completion and a stream: a table of credentials and times, with the reason and the fix of what fails.")
        {
            provider, model,
        };
        var configuration = new ConfigurationArguments(host);
        configuration.AddFileOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (configuration.Load(configuration.ToRequest(parsed)) is not { } valid)
                return Task.FromResult(ExitCode.Failed);

            ProbeTarget target = new(parsed.GetValue(provider), parsed.GetValue(model));
            return IsKnown(target.Provider, valid, host) ? handlers.Probe(valid, target, cancellationToken) : Task.FromResult(ExitCode.Usage);
        });
        return command;
    }

    private static bool IsKnown(string? provider, ServeArguments valid, CommandHost host)
    {
        string[] names = [.. valid.Options.Providers.Select(known => known.Name)];
        if (provider is null || names.Contains(provider, StringComparer.Ordinal))
            return true;

        string near = Suggestion.Nearest(provider, names) is { } name ? $" Did you mean '{name}'?" : $" There are: {string.Join(", ", names)}.";
        host.Error.WriteLine($"gateway: no provider is called '{provider}'.{near}");
        return false;
    }
}
