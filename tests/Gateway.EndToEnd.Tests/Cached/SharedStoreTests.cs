using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Two gateways, one Redis: what one was answered, the other gives.</summary>
public sealed class SharedStoreTests
{
    private const string Question = "hi";
    private const string Unknown = "something else";

    [Fact]
    public async Task Answer_OfOneGateway_IsTheOthersAndRedisMayGo()
    {
        await using SharedCaches caches = await SharedCaches.StartAsync();
        caches.Upstream.Does = Answers.SayNumbers();
        RawResponse miss = await caches.AskAsync(0, Question);
        Assert.Equal((200, "miss"), CachedStage.Met(miss));
        await Serving.EventuallyAsync(async () => await caches.Redis.AskAsync("DBSIZE") != ":0", "nothing came to Redis");
        await Serving.EventuallyAsync(async () => await caches.LookAsync(1, Question) == "hit", "it was not shared");
        RawResponse hit = await caches.AskAsync(1, Question);
        Assert.Equal(("hit", miss.Body), (hit.Header("x-gateway-cache"), hit.Body));
        Assert.Equal(1, caches.Upstream.Count);

        await caches.Redis.StopAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(await caches.AskAsync(1, Question)));
        Assert.Equal((200, "miss"), CachedStage.Met(await caches.AskAsync(0, Unknown)));
        Assert.Equal((200, "hit"), CachedStage.Met(await caches.AskAsync(0, Unknown)));
        Assert.Equal((200, "miss"), CachedStage.Met(await caches.AskAsync(1, Unknown)));
    }
}
