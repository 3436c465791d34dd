using System.CommandLine;
using System.Globalization;
using Gateway.Configuration;

namespace Gateway.Cli;

/// <summary><c>serve</c> and <c>demo</c>: load, then hand over to what runs the server.</summary>
internal static class ServerCommands
{
    private const int MostReplicas = 64;

    public static void AddServe(Command command, CommandHandlers handlers, CommandHost host)
    {
        var configuration = new ConfigurationArguments(host);
        configuration.AddFileOptions(command);
        configuration.AddListenOptions(command);
        configuration.AddKeepaliveOption(command);
        command.SetAction((parsed, cancellationToken) => Run(configuration, configuration.ToRequest(parsed), handlers.Serve, cancellationToken));
    }

    public static Command Demo(CommandHandlers handlers, CommandHost host)
    {
        var command = new Command("demo", "Run the gateway in front of simulated Dynamo replicas inside this process; needs no GPU and no configuration.");
        var replicas = NumberOption.Create("--replicas", "Number of simulated replicas.", 3, 1, MostReplicas);
        command.Add(replicas);
        var configuration = new ConfigurationArguments(host);
        configuration.AddListenOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string count = parsed.GetValue(replicas).ToString(CultureInfo.InvariantCulture);
            ConfigurationRequest request = configuration.ToRequest(parsed) with { Embedded = $"providers: {{ dynamo: {{ type: simulator, replicas: {count} }} }}" };
            return Run(configuration, request, handlers.Demo, cancellationToken);
        });
        return command;
    }

    private static async Task<int> Run(
        ConfigurationArguments configuration, ConfigurationRequest request, Func<ServeArguments, CancellationToken, Task<int>> handler, CancellationToken cancellationToken) =>
        configuration.Load(request) is { } arguments ? await handler(arguments, cancellationToken) : ExitCode.Failed;
}
