using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>A router's <c>cache</c> overrides the general one key by key.</summary>
public sealed class RouterCacheTests
{
    private const string Routers = """
        cache: { enabled: true, scope: router }
        routers:
          default: {}
          plain: { cache: { enabled: false } }
          eager: { cache: { when: always, ttl: 2h } }
          open: { cache: { scope: shared } }
          open-too: { cache: { scope: shared } }
          small: { cache: { max-entry: 1KiB, scope: shared, when: always } }
        """;

    private static async Task<Stage> StartAsync()
    {
        Stage stage = await Stage.StartAsync(Routers, new StagedProvider("p"));
        stage["p-1"].Does = Answers.SayNumbers();
        return stage;
    }

    [Fact]
    public async Task Router_WithTheCacheOff_SaysNothingOfIt()
    {
        await using Stage stage = await StartAsync();
        for (int i = 1; i <= 2; i++)
        {
            RawResponse response = await AskAsync(stage, "plain");
            Assert.Equal((200, null), CachedStage.Met(response));
            Assert.Contains($"answer-{i}", response.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Router_ThatAlwaysCaches_CachesWhatOthersDoNot()
    {
        await using Stage stage = await StartAsync();
        Assert.Equal(["bypass", "bypass"], [await MetAsync(stage, "default", ""), await MetAsync(stage, "default", "")]);
        Assert.Equal(["miss", "hit"], [await MetAsync(stage, "eager", ""), await MetAsync(stage, "eager", "")]);
    }

    [Fact]
    public async Task Scope_OfARouter_IsItsOwnUnlessShared()
    {
        await using Stage stage = await StartAsync();
        Assert.Equal(["miss", "miss", "hit", "hit"], [await MetAsync(stage, "default"), await MetAsync(stage, "eager"), await MetAsync(stage, "default"), await MetAsync(stage, "eager")]);
        Assert.Equal(["miss", "hit"], [await MetAsync(stage, "open"), await MetAsync(stage, "open-too")]);
    }

    [Fact]
    public async Task MaxEntry_OfARouter_IsItsOwn()
    {
        await using Stage stage = await StartAsync();
        stage["p-1"].Does = Answers.Say(new string('x', 2 << 10));
        Assert.Equal(["miss", "miss"], [await MetAsync(stage, "small"), await MetAsync(stage, "small")]);
        Assert.Equal(["miss", "hit"], [await MetAsync(stage, "default"), await MetAsync(stage, "default")]);
    }

    private static async Task<string> MetAsync(Stage stage, string router, string fields = "\"temperature\":0,") => (await AskAsync(stage, router, fields)).Header("x-gateway-cache") ?? "none";

    private static async Task<RawResponse> AskAsync(Stage stage, string router, string fields = "\"temperature\":0,")
    {
        string body = $$"""{{{fields}}"model":"m","messages":[{"role":"user","content":"hi"}]}""";
        using RawClient client = await RawClient.PostAsync(stage.Gateway.Address, $"/router/{router}{Chat.Path}", body);
        return await client.ReadResponseAsync();
    }
}
