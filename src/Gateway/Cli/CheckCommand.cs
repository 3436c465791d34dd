using System.CommandLine;

namespace Gateway.Cli;

/// <summary><c>gateway check</c>: every error, or the resolved routes.</summary>
internal static class CheckCommand
{
    public static Command Build(CommandHost host)
    {
        var command = new Command("check", "Validate the configuration: print every error, or the resolved routes. Connects to nothing.");
        var configuration = new ConfigurationArguments(host);
        configuration.AddFileOptions(command);
        command.SetAction(parsed =>
        {
            if (configuration.Load(configuration.ToRequest(parsed)) is not { } valid)
                return ExitCode.Failed;

            RouteReport.Write(valid.Options, valid.Loaded.File, host.Output);
            return ExitCode.Ok;
        });
        return command;
    }
}
