using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>A replay at a pace is never faster than that, whatever the kept answer looks like, and is the same bytes.</summary>
public sealed class ReplayTests
{
    private const int Words = 12;
    private const int Pace = 50;

    private static readonly string Events = Chat.Role + string.Concat(Enumerable.Range(0, Words).Select(number => Chat.Content($"w{number}"))) + Chat.Finish + Answers.Usage + Chat.Done;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Stream_Replayed_KeepsThePaceAndTheOrder(string lineEnd)
    {
        await using CachedStage stage = await CachedStage.StartAsync($", replay: {Pace} chunks/s");
        stage.Upstream.Does = Play.Bytes(Chat.StreamHead + Play.Chunk(Events.Replace("\n", lineEnd, StringComparison.Ordinal)) + Chat.End);
        RawResponse miss = await stage.AskAndKeepAsync();
        (RawResponse hit, double seconds) = await TimedAsync(() => stage.AskAsync());

        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.Equal(miss.Body, hit.Body);
        // The first event comes at once, each other one its share of a second later.
        Assert.InRange(seconds, (Events.Split("\n\n").Length - 2) / (double)Pace, double.MaxValue);
    }

    [Fact]
    public async Task Stream_FromAWhole_KeepsThePace()
    {
        await using CachedStage stage = await CachedStage.StartAsync($", replay: {Pace} chunks/s");
        stage.Upstream.Does = Answers.Say(string.Concat(Enumerable.Range(0, 200).Select(number => $"word{number:000} ")));
        await stage.AskAndKeepAsync(stream: false);
        (RawResponse hit, double seconds) = await TimedAsync(() => stage.AskAsync(fields: "\"stream_options\":{\"include_usage\":true},"));

        Assert.Equal((200, "hit"), CachedStage.Met(hit));
        Assert.InRange(hit.Events.Count, 20, 100);
        Assert.InRange(seconds, (hit.Events.Count - 1) / (double)Pace, double.MaxValue);
        Assert.True(hit.Body.IndexOf("word000", StringComparison.Ordinal) < hit.Body.IndexOf("word199", StringComparison.Ordinal));
    }

    /// <summary>It leaves in the middle: the replay is over, and the next client gets all of it.</summary>
    [Fact]
    public async Task Client_LeavesAReplay_NothingIsLeftBehind()
    {
        await using CachedStage stage = await CachedStage.StartAsync(", replay: 2 chunks/s");
        await stage.AskAndKeepAsync();
        using RawClient client = await stage.PostAsync();
        await client.ReadUntilAsync("assistant");
        client.Reset();

        await stage.Stage.Gateway.IdleAsync();
        Assert.Equal((200, "hit"), CachedStage.Met(await stage.AskAsync(stream: false)));
        Assert.Equal(1, stage.Upstream.Count);
    }

    private static async Task<(RawResponse Response, double Seconds)> TimedAsync(Func<Task<RawResponse>> ask)
    {
        long start = TimeProvider.System.GetTimestamp();
        RawResponse response = await ask();
        return (response, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }
}
