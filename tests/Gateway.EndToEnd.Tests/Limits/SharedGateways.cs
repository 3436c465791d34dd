using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>Two gateways with the same limits, one Redis and one upstream.</summary>
internal sealed class SharedGateways : GatewayPair
{
    public const string Key = "shared-0123456789abcdef";

    private SharedGateways(RedisServer redis)
        : base(redis)
    {
    }

    /// <param name="limits">Of the one client key.</param>
    public static async Task<SharedGateways> StartAsync(string limits)
    {
        SharedGateways shared = new(await RedisServer.StartAsync());
        await shared.ServeAsync($$"""
            auth: { keys: [{ id: team, key: {{Key}}, rate-limit: { {{limits}} } }] }
            limits: { redis: "{{shared.Redis.Url}}", timeout: 2s }
            """, "[m]");

        // Connected: what was counted before is counted alone.
        for (int i = 0; i < shared.Gateways.Count; i++)
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
    public Task<RawResponse> AskAsync(int number, int maxTokens = 1) => PostAsync(
        number % 2,
        $$"""{"model":"m","max_tokens":{{maxTokens}},"messages":[{"role":"user","content":"hi"}]}""",
        $"Authorization: Bearer {Key}\r\n");

    /// <summary>Whether a request of it leaves something in Redis.</summary>
    private async Task<bool> IsSharingAsync(int number)
    {
        await Redis.AskAsync("FLUSHALL");
        await AskAsync(number);
        return await Redis.AskAsync("DBSIZE") != ":0";
    }
}
