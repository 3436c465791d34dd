using Gateway.Cli.Probing;
using Gateway.Simulator;

namespace Gateway.Cli;

/// <summary>
/// What the commands that run a server call; each returns an <see cref="ExitCode"/>. The token is cancelled only by the caller of <see
/// cref="CommandLine.RunAsync"/>: signals are the handler's own.
/// </summary>
internal sealed record CommandHandlers
{
    public required Func<ServeArguments, CancellationToken, Task<int>> Serve { get; init; }

    /// <summary>As <see cref="Serve"/>, with one provider named <c>dynamo</c> of <see cref="Configuration.ProviderType.Simulator"/>.</summary>
    public required Func<ServeArguments, CancellationToken, Task<int>> Demo { get; init; }

    public required Func<ServeArguments, ProbeTarget, CancellationToken, Task<int>> Probe { get; init; }

    public required Func<SimulatorOptions, CancellationToken, Task<int>> Simulate { get; init; }
}
