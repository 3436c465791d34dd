using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Two gateways, one Redis: what one was answered, the other gives.</summary>
public sealed class SharedStoreTests
{
    private const string Body = """{"model":"m","temperature":0,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Answer_OfOneGateway_IsTheOthersAndRedisMayGo()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        using ScriptedReplica upstream = new() { Does = Answers.SayNumbers() };
        await using GatewayProcess one = await ServeAsync(upstream, redis);
        await using GatewayProcess other = await ServeAsync(upstream, redis);
        RawResponse miss = await AskAsync(one, Body);
        Assert.Equal((200, "miss"), CachedStage.Met(miss));
        await Serving.EventuallyAsync(async () => await redis.AskAsync("DBSIZE") != ":0", "nothing came to Redis");
        RawResponse? hit = null;
        await Serving.EventuallyAsync(async () => (hit = await AskAsync(other, Body, "Cache-Control: only-if-cached\r\n")).Status == 200, "it was not shared");
        Assert.Equal(("hit", miss.Body), (hit!.Header("x-gateway-cache"), hit.Body));
        Assert.Equal(1, upstream.Count);

        await redis.StopAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(await AskAsync(other, Body)));
        string unknown = Body.Replace("hi", "something else", StringComparison.Ordinal);
        Assert.Equal((200, "miss"), CachedStage.Met(await AskAsync(one, unknown)));
        Assert.Equal((200, "hit"), CachedStage.Met(await AskAsync(one, unknown)));
        Assert.Equal((200, "miss"), CachedStage.Met(await AskAsync(other, unknown)));
    }

    private static Task<GatewayProcess> ServeAsync(ScriptedReplica upstream, RedisServer redis) => GatewayProcess.ServeAsync($$"""
        providers: { p: { type: openai, base-url: "{{upstream.Address.GetLeftPart(UriPartial.Authority)}}", models: [m] } }
        cache: { enabled: true, redis: "{{redis.Url}}", redis-timeout: 2s }
        """);

    private static async Task<RawResponse> AskAsync(GatewayProcess gateway, string body, string headers = "")
    {
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, body, headers);
        return await client.ReadResponseAsync();
    }
}
