using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Answers about <c>max-entry</c>: up to it they are kept; beyond, they are not, and who lags holds the others back instead of losing anything.</summary>
public sealed class LongAnswerTests
{
    private const int MaxEntry = 8 << 10;
    private const string Joinable = ", max-entry: 64KiB";
    private const string PatientServer = "server: { client-stall: 5m }";

    [Theory]
    [InlineData(true, 0, "hit")]
    [InlineData(true, 1, "miss")]
    [InlineData(false, 0, "hit")]
    [InlineData(false, 1, "miss")]
    public async Task Answer_AsLongAsAllowed_IsKept(bool stream, int over, string met)
    {
        await using CachedStage stage = await CachedStage.StartAsync(", max-entry: 8KiB");
        stage.Upstream.Does = Answers.Say(new string('x', MaxEntry - EmptyLength(stream) + over));
        RawResponse first = await stage.AskAsync(stream, fields: "\"stream_options\":{\"include_usage\":true},");
        Assert.Equal(MaxEntry + over, first.Body.Length);

        RawResponse second = await stage.AskAsync(stream, fields: "\"stream_options\":{\"include_usage\":true},");
        Assert.Equal((200, met), CachedStage.Met(second));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(met == "hit" ? 1 : 2, stage.Upstream.Count);
    }

    [Fact]
    public async Task Waiter_TakesNothing_HoldsTheUpstreamBackAndLosesNothing()
    {
        await using CachedStage stage = await CachedStage.StartAsync(Joinable, PatientServer);
        HeldBlocks blocks = new();
        stage.Upstream.Does = blocks.SayAsync;
        using RawClient reader = await stage.BeginAsync();
        using RawClient waiter = await stage.BeginAsync();
        Task<RawResponse> reading = reader.ReadBigResponseAsync();
        await blocks.ReleaseUntilHeldBackAsync(reading);

        // More than the sockets and the gateway hold of it is still the upstream's.
        Assert.False(reading.IsCompleted);
        Assert.InRange(blocks.Sent, 1, HeldBlocks.Count - 1);
        RawResponse lagged = await waiter.ReadBigResponseAsync();
        RawResponse read = await reading;
        string expected = HeldBlocks.Expected;
        Assert.True(expected == read.Body && expected == lagged.Body, $"{expected.Length} sent, {read.Body.Length} and {lagged.Body.Length} received");
        Assert.Equal(1, stage.Upstream.Count);

        // Too long to be joined or kept.
        Assert.Equal(0, await stage.Stage.Gateway.MetricAsync("gateway_cache_entries"));
    }

    /// <summary>The one who lags leaves: the other one is no longer held back.</summary>
    [Fact]
    public async Task Waiter_ThatHeldTheFlightBackLeaves_TheOtherGetsTheRest()
    {
        await using CachedStage stage = await CachedStage.StartAsync(Joinable, PatientServer);
        HeldBlocks blocks = new();
        stage.Upstream.Does = blocks.SayAsync;
        using RawClient waiter = await stage.BeginAsync();
        using RawClient reader = await stage.BeginAsync();
        Task<RawResponse> reading = reader.ReadBigResponseAsync();
        await blocks.ReleaseUntilHeldBackAsync(reading);
        waiter.Reset();

        RawResponse read = await reading;
        Assert.Equal(HeldBlocks.Count + 4, read.Events.Count);
        Assert.EndsWith(Chat.Done, read.Body, StringComparison.Ordinal);
        await stage.Stage.Gateway.IdleAsync();
    }

    private static int EmptyLength(bool stream) =>
        stream ? (Chat.Role + Chat.Content("") + Chat.Finish + Answers.Usage + Chat.Done).Length : Play.UnaryBody.Length - "Hello".Length;
}
