using System.Net;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Who shares answers, what they cost, and how they are forgotten.</summary>
public sealed class ScopeTests
{
    private const string A = "team-a-0123456789abcdef";
    private const string B = "team-b-0123456789abcdef";

    [Theory]
    [InlineData("", "miss")]
    [InlineData(", scope: key", "miss")]
    [InlineData(", scope: router", "hit")]
    [InlineData(", scope: shared", "hit")]
    public async Task Keys_AskTheSame_ShareAsConfigured(string scope, string met)
    {
        await using CachedStage stage = await CachedStage.StartAsync(scope, $"auth: {{ keys: [{{ id: a, key: {A} }}, {{ id: b, key: {B} }}] }}");
        await stage.AskAndKeepAsync(headers: Bearer(A));
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync(headers: Bearer(A))));
        RawResponse other = await stage.AskAsync(headers: Bearer(B));
        Assert.Equal((200, met), CachedStage.Met(other));
        Assert.Contains(met == "hit" ? "answer-1" : "answer-2", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_AskTheSameAtOnce_DoNotShareACall()
    {
        await using CachedStage stage = await CachedStage.StartAsync("", $"auth: {{ keys: [{{ id: a, key: {A} }}, {{ id: b, key: {B} }}] }}");
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient one = await stage.BeginAsync(headers: Bearer(A));
        using RawClient other = await stage.BeginAsync(headers: Bearer(B));
        held.Release();
        Assert.Equal((200, "miss"), CachedStage.Met(await one.ReadResponseAsync()));
        Assert.Equal((200, "miss"), CachedStage.Met(await other.ReadResponseAsync()));
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Tokens_OfHitsAndJoiners_AreNotCounted()
    {
        const string Eight = "\"max_tokens\":8,";
        await using CachedStage stage = await CachedStage.StartAsync("", $"auth: {{ keys: [{{ id: a, key: {A}, rate-limit: {{ tokens-per-minute: 1000 }} }}] }}");
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient leader = await stage.BeginAsync(headers: Bearer(A), fields: Eight);
        using RawClient joiner = await stage.BeginAsync(headers: Bearer(A), fields: Eight);
        held.Release();
        await leader.ReadResponseAsync();
        Assert.Equal((200, "coalesced"), CachedStage.Met(await joiner.ReadResponseAsync()));
        await stage.KeptAsync();
        await stage.Stage.Gateway.IdleAsync();
        for (int i = 0; i < 5; i++)
            Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync(i % 2 == 0, headers: Bearer(A), fields: Eight)));
        await stage.Stage.Gateway.IdleAsync();

        // The one generation of 8 tokens, less what came back since; this request reserves 1.
        stage.Upstream.Does = Answers.Say("other");
        RawResponse next = await stage.AskAsync(stream: false, headers: Bearer(A), fields: "\"max_tokens\":1,");
        Assert.Equal((200, "miss"), CachedStage.Met(next));
        Assert.InRange(int.Parse(next.Header("x-ratelimit-remaining-tokens")!), 980, 1000);
    }

    [Fact]
    public async Task Purge_ByModel_ForgetsItAlone()
    {
        await using Stage stage = await Stage.StartAsync("cache: { enabled: true }", new StagedProvider("p", Models: "m, n"));
        stage["p-1"].Does = Answers.SayNumbers();
        foreach (string model in new[] { "m", "n" })
            await stage.AskAsync(model: model, fields: "\"temperature\":0,");
        await Serving.EventuallyAsync(async () => await stage.Gateway.MetricAsync("gateway_cache_entries") == 2, "both are kept");

        Assert.Equal((HttpStatusCode.BadRequest, false), await PurgeAsync(stage, "?modle=m"));
        Assert.Equal((HttpStatusCode.BadRequest, false), await PurgeAsync(stage, "?model="));
        Assert.Equal("hit", await MetAsync("m"));
        Assert.Equal((HttpStatusCode.OK, true), await PurgeAsync(stage, "?model=m"));
        Assert.Equal("hit", await MetAsync("n"));
        Assert.Equal("miss", await MetAsync("m"));
        await Serving.EventuallyAsync(async () => await stage.Gateway.MetricAsync("gateway_cache_entries") == 2, "it is kept again");
        Assert.Equal(HttpStatusCode.OK, (await PurgeAsync(stage, "")).Status);
        Assert.Equal("miss", await MetAsync("n"));

        async Task<string?> MetAsync(string model) => (await stage.AskAsync(model: model, fields: "\"temperature\":0,")).Header("x-gateway-cache");
    }

    private static async Task<(HttpStatusCode Status, bool PurgedOne)> PurgeAsync(Stage stage, string query)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.DeleteAsync(new Uri(stage.Gateway.AdminAddress, "/admin/cache" + query));
        return (response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).AsSpan().IndexOf("\"purged\":1}"u8) >= 0);
    }

    private static string Bearer(string key) => $"Authorization: Bearer {key}\r\n";
}
