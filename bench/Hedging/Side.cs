using Gateway.Simulator;
using TestKit.Processes;

namespace Gateway.Bench.Hedging;

/// <summary>The published gateway in front of the replicas, with hedging or without, and what its requests took.</summary>
internal sealed class Side : IAsyncDisposable
{
    private readonly GatewayProcess _gateway;
    private readonly HttpClient _admin = new();

    private Side(GatewayProcess gateway) => _gateway = gateway;

    /// <summary>Where its chat completions are.</summary>
    internal Uri Chat => new(_gateway.Address, "/v1/chat/completions");

    /// <summary>Of the measured requests, in no order; several threads add.</summary>
    internal List<Sample> Samples { get; } = [];

    internal static async Task<Side> StartAsync(string hedging, string strategy, SimulatedFrontends upstreams)
    {
        string urls = string.Join(", ", upstreams.Frontends.Select(static frontend => $"\"{frontend.Address}\""));
        string yaml = $$"""
            providers: { dynamo: { type: dynamo, base-urls: [{{urls}}] } }
            routers: { default: { load-balance: { chat: { strategy: {{strategy}} } } } }
            hedging: {{hedging}}
            telemetry: { access-log: false }
            """;
        return new(await GatewayProcess.ServeAsync(yaml));
    }

    internal async Task<Counts> CountAsync(CancellationToken cancellation)
    {
        byte[] metrics = await _admin.GetByteArrayAsync(new Uri(_gateway.AdminAddress, "/metrics"), cancellation);
        return Counts.Parse(System.Text.Encoding.UTF8.GetString(metrics));
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _gateway.DisposeAsync();
    }
}
