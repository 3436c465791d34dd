namespace Gateway.Simulator;

/// <summary>A set of simulated replicas that runs until it is disposed.</summary>
public sealed class SimulatedFrontends : IAsyncDisposable
{
    private readonly SimulatedFrontend[] _frontends;

    private SimulatedFrontends(SimulatedFrontend[] frontends) => _frontends = frontends;

    public IReadOnlyList<SimulatedFrontend> Frontends => _frontends;

    /// <summary>Starts every replica; they accept connections when it returns.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves or name an unknown fault.</exception>
    public static async Task<SimulatedFrontends> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        Validate(options);
        var frontends = new SimulatedFrontends([.. Enumerable.Range(0, options.Replicas).Select(index => new SimulatedFrontend(options, index))]);
        try
        {
            foreach (SimulatedFrontend frontend in frontends._frontends)
            {
                await frontend.ListenAsync(cancellationToken);
            }
        }
        catch
        {
            await frontends.DisposeAsync();
            throw;
        }

        return frontends;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_frontends.Select(static frontend => frontend.StopAsync()));

    private static void Validate(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TokensPerChunk, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.OutputTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReasoningTokens);
        if (options.RandomFaults.FirstOrDefault(static fault => !FaultCatalog.IsKnown(fault.Fault)) is { } unknown)
        {
            throw new ArgumentException($"'{unknown.Fault}' is no fault of the catalogue", nameof(options));
        }
    }
}
