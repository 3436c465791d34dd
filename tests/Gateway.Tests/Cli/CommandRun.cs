using System.Text;
using Gateway.Cli;
using Gateway.Cli.Probing;
using Gateway.Simulator;

namespace Gateway.Tests.Cli;

/// <summary>Runs the command line in memory and keeps what it printed and handed over.</summary>
internal sealed class CommandRun
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What is typed when a secret is asked for.</summary>
    public string Input { get; init; } = "";

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public ServeArguments? Served { get; private set; }

    public ServeArguments? Demoed { get; private set; }

    public ProbeTarget? Probed { get; private set; }

    public SimulatorOptions? Simulated { get; private set; }

    /// <summary>What the handlers answer.</summary>
    public int HandlerExitCode { get; init; }

    public Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments,
        new CommandHandlers
        {
            Serve = (served, _) => Handle(() => Served = served),
            Demo = (demoed, _) => Handle(() => Demoed = demoed),
            Probe = (_, target, _) => Handle(() => Probed = target),
            Simulate = (simulated, _) => Handle(() => Simulated = simulated),
        },
        new CommandHost
        {
            Output = new StringWriter(_output),
            Error = new StringWriter(_error),
            ReadEnvironment = () => Variables,
            ReadFile = name => Files.TryGetValue(name, out string? text) ? Encoding.UTF8.GetBytes(text) : throw new FileNotFoundException(name),
            ReadSecret = _ => Input,
            TimeProvider = TimeProvider.System,
        },
        CancellationToken.None);

    private Task<int> Handle(Action keep)
    {
        keep();
        return Task.FromResult(HandlerExitCode);
    }
}
