using Gateway.Configuration;
using Gateway.Simulator;

namespace Gateway.Hosting;

/// <summary>The simulated replicas of <c>simulator</c> providers: real HTTP servers in this process, stopped with it.</summary>
internal sealed class EmbeddedSimulators : IAsyncDisposable
{
    // About what a small model does on one GPU, so that the demo looks like the real thing.
    private static readonly LatencyDistribution FirstToken = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(120), 0.2);
    private static readonly LatencyDistribution NextToken = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(20), 0.2);

    private readonly List<SimulatedFrontends> _running = [];

    /// <summary>Starts what the options ask for and puts the addresses in.</summary>
    /// <exception cref="IOException">No port is free.</exception>
    internal async Task<GatewayOptions> StartAsync(GatewayOptions options, CancellationToken cancellation)
    {
        List<ProviderOptions> providers = [];
        foreach (ProviderOptions provider in options.Providers)
            providers.Add(provider.Type == ProviderType.Simulator ? await StartAsync(provider, cancellation) : provider);
        return options with { Providers = providers };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SimulatedFrontends frontends in _running)
            await frontends.DisposeAsync();
    }

    private async Task<ProviderOptions> StartAsync(ProviderOptions provider, CancellationToken cancellation)
    {
        SimulatorOptions options = new() { Replicas = provider.SimulatedReplicas, TimeToFirstToken = FirstToken, InterToken = NextToken };
        SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(options, cancellation);
        _running.Add(frontends);
        return provider with { BaseUrls = [.. frontends.Frontends.Select(frontend => frontend.Address)] };
    }
}
