using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Calls that outlive what was known when they began: refreshes that fail, purges meanwhile, streams that break.</summary>
public sealed class RefreshTests
{
    private const string Quick = "retries: { max-attempts: 1 }";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refresh_Fails_TheUpstreamIsNotAskedAtEachHit(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync(", eager-refresh: 1%, ttl: 60s", Quick);
        await stage.AskAndKeepAsync(stream);
        stage.Upstream.Does = Play.Status(500);
        await Serving.EventuallyAsync(
            async () => CachedStage.Met(await stage.AskAsync(stream)) == (200, "hit") && stage.Upstream.Count == 2, "it was never refreshed");
        for (int i = 0; i < 20; i++)
            Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync(i % 2 == 0)));
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Purge_CallUnderWay_ItsAnswerIsNotKept()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenTwo());
        using RawClient client = await stage.BeginAsync();
        using HttpClient http = new();
        using HttpResponseMessage purged = await http.DeleteAsync(new Uri(stage.Stage.Gateway.AdminAddress, "/admin/cache"));
        purged.EnsureSuccessStatusCode();
        held.Release();
        Assert.EndsWith(Chat.Done, (await client.ReadResponseAsync()).Body, StringComparison.Ordinal);

        stage.Upstream.Does = Answers.Say("anew");
        RawResponse next = await stage.AskAndKeepAsync();
        Assert.Equal((200, "miss"), CachedStage.Met(next));
        Assert.Contains("anew", next.Body, StringComparison.Ordinal);
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync()));
    }

    [Fact]
    public async Task Unary_TheStreamItJoinedBreaks_TheOlderAnswerIsGiven()
    {
        await using CachedStage stage = await CachedStage.StartAsync(", ttl: 300ms", Quick);
        await stage.AskAndKeepAsync();
        await stage.PastItsTimeAsync();
        HeldStream held = stage.Hold(HeldStream.OneThenCut());
        using RawClient leader = await stage.BeginAsync();
        using RawClient joiner = await stage.PostAsync(stream: false);
        await stage.AboardAsync(2);
        held.Release();

        RawResponse response = await joiner.ReadResponseAsync();
        Assert.Equal((200, "stale"), CachedStage.Met(response));
        Answer.AssertWhole(response.Body, "answer-1");
        Assert.DoesNotContain(Chat.Done, (await leader.ReadResponseAsync()).Body, StringComparison.Ordinal);
    }
}
