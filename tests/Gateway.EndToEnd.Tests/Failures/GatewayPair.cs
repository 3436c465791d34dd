using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Two gateways that share one Redis, in front of one scripted replica.</summary>
internal abstract class GatewayPair(RedisServer redis) : IAsyncDisposable
{
    private readonly List<GatewayProcess> _gateways = [];

    public RedisServer Redis => redis;

    public ScriptedReplica Upstream { get; } = new();

    public IReadOnlyList<GatewayProcess> Gateways => _gateways;

    /// <param name="options">Top-level keys.</param>
    /// <param name="models">What the upstream serves.</param>
    protected async Task ServeAsync(string options, string models)
    {
        for (int i = 0; i < 2; i++)
            _gateways.Add(await Serving.StartAsync([Upstream.Address], top: options, models: models));
    }

    /// <summary>The whole answer of one of the two, 0 or 1.</summary>
    protected async Task<RawResponse> PostAsync(int gateway, string body, string headers)
    {
        using RawClient client = await RawClient.PostAsync(_gateways[gateway].Address, Chat.Path, body, headers);
        return await client.ReadResponseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
            await gateway.DisposeAsync();
        await redis.DisposeAsync();
        Upstream.Dispose();
    }
}
