using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>Two gateways with the same limits, one Redis and one upstream.</summary>
internal sealed class SharedGateways : IAsyncDisposable
{
    public const string Key = "shared-0123456789abcdef";

    private readonly ScriptedReplica _upstream = new();
    private readonly GatewayProcess[] _gateways = new GatewayProcess[2];

    private SharedGateways(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public ScriptedReplica Upstream => _upstream;

    public IReadOnlyList<GatewayProcess> Gateways => _gateways;

    /// <param name="limits">Of the one client key.</param>
    public static async Task<SharedGateways> StartAsync(string limits)
    {
        SharedGateways shared = new(await RedisServer.StartAsync());
        for (int i = 0; i < shared._gateways.Length; i++)
        {
            shared._gateways[i] = await GatewayProcess.ServeAsync($$"""
                auth: { keys: [{ id: team, key: {{Key}}, rate-limit: { {{limits}} } }] }
                providers: { p: { type: openai, base-url: "{{shared._upstream.Address.GetLeftPart(UriPartial.Authority)}}", models: [m] } }
                limits: { redis: "{{shared.Redis.Url}}", timeout: 2s }
                """);
        }

        // Connected: what was counted before is counted alone.
        for (int i = 0; i < shared._gateways.Length; i++)
        {
            int number = i;
            await Serving.EventuallyAsync(() => shared.IsSharingAsync(number), "Redis is not used");
        }

        await shared.Redis.AskAsync("FLUSHALL");
        return shared;
    }

    /// <summary>One whole answer from one of the two.</summary>
    /// <param name="number">Of the client: they take turns.</param>
    /// <param name="maxTokens">Reserved.</param>
    public async Task<RawResponse> AskAsync(int number, int maxTokens = 1)
    {
        string body = $$"""{"model":"m","max_tokens":{{maxTokens}},"messages":[{"role":"user","content":"hi"}]}""";
        using RawClient client = await RawClient.PostAsync(_gateways[number % 2].Address, Chat.Path, body, $"Authorization: Bearer {Key}\r\n");
        return await client.ReadResponseAsync();
    }

    /// <summary>Whether a request of it leaves something in Redis.</summary>
    private async Task<bool> IsSharingAsync(int number)
    {
        await Redis.AskAsync("FLUSHALL");
        await AskAsync(number);
        return await Redis.AskAsync("DBSIZE") != ":0";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
        {
            if (gateway is not null)
                await gateway.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _upstream.Dispose();
    }
}
