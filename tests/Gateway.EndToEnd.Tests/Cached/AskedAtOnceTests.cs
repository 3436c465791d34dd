namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>An answer is kept before anybody has its end: who asks again at once finds it, in a process that has just begun too, where that takes longest.</summary>
public sealed class AskedAtOnceTests
{
    private const int Questions = 30;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_AskedAgainAtOnce_IsAHit(bool stream)
    {
        await using CachedStage stage = await CachedStage.StartAsync();
        stage.Upstream.Does = Answers.Say(string.Concat(Enumerable.Repeat("word ", 100_000)));
        for (int i = 0; i < Questions; i++)
        {
            Assert.Equal((200, "miss"), CachedStage.Met(await stage.AskAsync(stream, fields: $"\"seed\":{i},")));
            Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync(stream, fields: $"\"seed\":{i},")));
        }

        Assert.Equal(Questions, stage.Upstream.Count);
    }
}
