using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>A purge means answers that are still being given too: who asks afterwards is not given one, and none is kept.</summary>
public sealed class PurgedCallTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Purge_CallUnderWay_WhoAsksThenStartsAnew(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = HeldStream.OneThenTwo();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient before = await stage.PostAsync();
        await before.ReadUntilAsync("one");
        await PurgeAsync(stage, "?model=m");

        stage.Upstream.Does = Answers.Say("anew");
        Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync(stream)));
        await stage.KeptAsync();
        held.Release();
        RawResponse old = await before.ReadResponseAsync();
        Assert.EndsWith(Chat.Content("two") + Chat.Finish + Chat.Done, old.Body, StringComparison.Ordinal);
        await stage.Stage.Gateway.IdleAsync();
        RawResponse hit = await stage.AskAsync(stream);
        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.Contains("anew", hit.Body, StringComparison.Ordinal);
        Assert.Equal(2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Purge_OfSomethingElse_TheCallIsJoined()
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        HeldStream held = HeldStream.OneThenTwo();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient leader = await stage.PostAsync();
        await leader.ReadUntilAsync("one");
        await PurgeAsync(stage, "?model=other");
        using RawClient joiner = await stage.PostAsync();
        await joiner.ReadUntilAsync("one");
        held.Release();

        Assert.Equal((200, "coalesced"), CachedStage.Met(await joiner.ReadResponseAsync()));
        Assert.Equal(1, stage.Upstream.Count);
    }

    private static async Task PurgeAsync(CachedStage stage, string query)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.DeleteAsync(new Uri(stage.Stage.Gateway.AdminAddress, "/admin/cache" + query));
        response.EnsureSuccessStatusCode();
    }
}
