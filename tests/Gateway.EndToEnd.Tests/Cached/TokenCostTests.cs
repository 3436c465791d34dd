using System.Globalization;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Whoever makes an upstream work pays tokens; hits and joiners count as requests alone.</summary>
public sealed class TokenCostTests
{
    /// <summary>Seventeen a second come back: nothing here takes as long as the whole limit does.</summary>
    private const int Limit = 1000;

    private const string Access = "Authorization: Bearer costs-0123456789abcdef\r\n";

    /// <summary>Reserves the whole limit.</summary>
    private const string Question = "\"max_tokens\":1000,";

    [Fact]
    public async Task Hit_TokensExhausted_IsGivenAndSaysWhatIsLeft()
    {
        await using CachedStage stage = await StartAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(await AskAsync(stage)));
        HeldStream held = stage.Hold(HeldStream.SilenceThenAll());
        using RawClient other = await stage.PostAsync(headers: Access, fields: "\"max_tokens\":900,");
        await held.ArrivedAsync();

        RawResponse refused = await AskAsync(stage, "\"seed\":2,");
        Assert.Equal((429, "tokens_per_minute"), (refused.Status, refused.ErrorCode));
        RawResponse hit = await AskAsync(stage);
        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.InRange(Remaining(hit), Limit - 908, Limit - 500);
        held.Release();
        await other.ReadResponseAsync();
    }

    [Fact]
    public async Task Joiner_TokensExhausted_Joins()
    {
        await using CachedStage stage = await StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await BeginAsync(stage);
        using RawClient joiner = await BeginAsync(stage);
        Assert.Equal(429, (await AskAsync(stage, "\"seed\":2,")).Status);
        held.Release();

        Assert.Equal((200, "miss"), CachedStage.Met(await leader.ReadResponseAsync()));
        Assert.Equal((200, "coalesced"), CachedStage.Met(await joiner.ReadResponseAsync()));
        Assert.InRange(Remaining(await AskAsync(stage)), Limit - 8, Limit);
        Assert.Equal(1, stage.Upstream.Count);
    }

    [Fact]
    public async Task Leader_Leaves_TheCallIsPaidWhenItEnds()
    {
        await using CachedStage stage = await StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await BeginAsync(stage);
        using RawClient joiner = await BeginAsync(stage);
        leader.Reset();
        await stage.AboardAsync(1);
        Assert.Equal(429, (await AskAsync(stage, "\"seed\":2,")).Status);
        held.Release();

        await joiner.ReadResponseAsync();
        Assert.InRange(Remaining(await AskAsync(stage)), Limit - 8, Limit);
        Assert.Equal(5, await stage.Stage.Gateway.MetricAsync("gateway_tokens_total", "kind=\"completion\"", "source=\"upstream\""));
    }

    [Fact]
    public async Task Leader_Refused_NothingIsLeftBehind()
    {
        await using CachedStage stage = await StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient other = await BeginAsync(stage);
        foreach (bool stream in new[] { true, false })
            Assert.Equal(429, (await stage.AskAsync(stream, Access, Question + "\"seed\":2,")).Status);
        Assert.Equal(1, stage.Upstream.Count);
        held.Release();
        await other.ReadResponseAsync();
        await stage.Stage.Gateway.IdleAsync();
    }

    [Fact]
    public async Task Bypass_TokensExhausted_IsRefused()
    {
        await using CachedStage stage = await StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient other = await BeginAsync(stage);
        Assert.Equal(429, (await stage.AskAsync(headers: Access + "x-gateway-cache: bypass\r\n", fields: Question)).Status);
        RawResponse unknown = await stage.AskAsync(headers: Access + "Cache-Control: only-if-cached\r\n", fields: Question + "\"seed\":3,");
        Assert.Equal((504, "not_cached"), (unknown.Status, unknown.ErrorCode));
        held.Release();
        await other.ReadResponseAsync();
    }

    private static Task<CachedStage> StartAsync() =>
        CachedStage.StartAsync(top: $$"""auth: { keys: [{ id: team, key: costs-0123456789abcdef, rate-limit: { tokens-per-minute: {{Limit}} } }] }""");

    private static Task<RawClient> BeginAsync(CachedStage stage) => stage.BeginAsync(Access, Question);

    private static Task<RawResponse> AskAsync(CachedStage stage, string fields = "") => stage.AskAsync(headers: Access, fields: Question + fields);

    private static int Remaining(RawResponse response) => int.Parse(response.Header("x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture);
}
