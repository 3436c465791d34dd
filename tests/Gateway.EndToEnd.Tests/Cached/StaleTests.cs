using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>An answer past its time bridges an upstream that fails or is slow.</summary>
public sealed class StaleTests
{
    private const string Quick = "retries: { max-attempts: 1 }";
    private const string Short = ", ttl: 300ms";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upstream_Fails_TheOlderAnswerIsGiven(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync(Short, Quick);
        RawResponse first = await stage.AskAndKeepAsync(stream);
        stage.Upstream.Does = Play.Status(500);
        await stage.PastItsTimeAsync();
        RawResponse stale = await stage.AskAsync(stream);
        Assert.Equal((200, "stale"), CachedStage.Met(stale));
        Assert.NotNull(stale.Header("age"));
        Assert.Equal(first.Body, stale.Body);
    }

    [Fact]
    public async Task Upstream_FailsAndThereIsNoFailSafe_TheFailureIsGiven()
    {
        await using CachedStage stage = await CachedStage.StartAsync(Short + ", fail-safe: off", Quick);
        await stage.AskAndKeepAsync();
        stage.Upstream.Does = Play.Status(500);
        await Serving.EventuallyAsync(async () => (await stage.AskAsync()).Status >= 500, "it never failed");
    }

    [Fact]
    public async Task Upstream_IsSilent_TheOlderAnswerIsGivenAndTheRefreshGoesOn()
    {
        await using CachedStage stage = await CachedStage.StartAsync(Short + ", soft-timeout: 50ms", Quick);
        RawResponse first = await stage.AskAndKeepAsync();
        await stage.PastItsTimeAsync();
        int before = stage.Upstream.Count;
        HeldStream held = stage.Hold(HeldStream.SilenceThenAll());
        RawResponse stale = await stage.AskAsync();
        Assert.Equal((200, "stale"), CachedStage.Met(stale));
        Assert.Equal(first.Body, stale.Body);
        await held.ArrivedAsync();
        Assert.Equal(before + 1, stage.Upstream.Count);

        // Whoever asks meanwhile joins the refresh.
        Assert.Equal((200, "stale"), CachedStage.Met(await stage.AskAsync()));
        held.Release();
        await stage.KeptAsync("two");
        Assert.Equal(before + 1, stage.Upstream.Count);
    }

    /// <summary>Who wants all of it at once waits for all of it: a beginning in time does not help.</summary>
    [Fact]
    public async Task Unary_TheStreamItJoinsIsSlowToEnd_TheOlderAnswerIsGivenAndTheStreamGoesOn()
    {
        await using CachedStage stage = await CachedStage.StartAsync(Short + ", soft-timeout: 2s", Quick);
        await stage.AskAndKeepAsync();
        await stage.PastItsTimeAsync();
        HeldStream held = HeldStream.OneThenTwo();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient streaming = await stage.PostAsync();
        await streaming.ReadUntilAsync("one");

        RawResponse stale = await stage.AskAsync(stream: false);
        Assert.Equal((200, "stale"), CachedStage.Met(stale));
        Answer.AssertWhole(stale.Body, "answer-1");
        held.Release();
        RawResponse streamed = await streaming.ReadResponseAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(streamed));
        Assert.EndsWith(Chat.Content("two") + Chat.Finish + Chat.Done, streamed.Body, StringComparison.Ordinal);
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Hit_LateInItsTime_IsRefreshedInTheBackground()
    {
        await using CachedStage stage = await CachedStage.StartAsync(", eager-refresh: 1%, ttl: 10s");
        await stage.AskAndKeepAsync();
        RawResponse? hit = null;
        await Serving.EventuallyAsync(async () => (hit = await stage.AskAsync()).Body.Contains("answer-2", StringComparison.Ordinal), "it was not refreshed");
        Assert.Equal((200, "hit"), CachedStage.Met(hit!));
    }
}
