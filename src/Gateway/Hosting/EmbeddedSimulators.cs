using Gateway.Configuration;
using Gateway.Simulator;

namespace Gateway.Hosting;

/// <summary>The simulated replicas of <c>simulator</c> providers: real HTTP servers in this process, stopped with it.</summary>
internal sealed class EmbeddedSimulators : IAsyncDisposable
{
    // About what a small model does on one GPU, so that the demo looks like the real thing.
    private static readonly LatencyDistribution FirstToken = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(120), 0.2);
    private static readonly LatencyDistribution NextToken = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(20), 0.2);

    private readonly Dictionary<string, SimulatedFrontends> _running = new(StringComparer.Ordinal);

    /// <summary>Starts what the options ask for and does not run yet, and puts the addresses in. One call at a time.</summary>
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
        foreach (SimulatedFrontends frontends in _running.Values)
            await frontends.DisposeAsync();
    }

    private async Task<ProviderOptions> StartAsync(ProviderOptions provider, CancellationToken cancellation)
    {
        // What is no longer configured stays to the end of the process: streams may still come from there, and it costs next to nothing.
        string key = $"{provider.Name}/{provider.SimulatedReplicas}";
        if (_running.TryGetValue(key, out SimulatedFrontends? known))
            return provider with { BaseUrls = [.. known.Frontends.Select(frontend => frontend.Address)] };
        SimulatorOptions options = new() { Replicas = provider.SimulatedReplicas, TimeToFirstToken = FirstToken, InterToken = NextToken };
        SimulatedFrontends frontends = await SimulatedFrontends.StartAsync(options, cancellation);
        _running.Add(key, frontends);
        return provider with { BaseUrls = [.. frontends.Frontends.Select(frontend => frontend.Address)] };
    }
}
