using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Answers about <c>max-entry</c>: up to it they are kept; beyond, they are not, and who lags holds the others back instead of losing anything.</summary>
public sealed class LongAnswerTests
{
    private const int MaxEntry = 8 << 10;
    private const int Block = 64 << 10;
    private const int Blocks = 512;

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
        await using CachedStage stage = await CachedStage.StartAsync(", max-entry: 64KiB", "server: { client-stall: 5m }");
        TaskCompletionSource begin = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int sent = 0;
        stage.Upstream.Does = SayBlocks(begin.Task, () => Interlocked.Increment(ref sent));
        using RawClient reader = await stage.BeginAsync();
        using RawClient waiter = await stage.BeginAsync();
        begin.SetResult();
        Task<RawResponse> reading = reader.ReadBigResponseAsync();
        await UntilHeldBackAsync(() => Volatile.Read(ref sent), reading);

        // More than the sockets and the gateway hold of it is still the upstream's.
        Assert.False(reading.IsCompleted);
        Assert.InRange(sent, 1, Blocks - 1);
        RawResponse lagged = await waiter.ReadBigResponseAsync();
        RawResponse read = await reading;
        string expected = Chat.Role + Chat.Content("one") + string.Concat(Enumerable.Range(0, Blocks).Select(i => Chat.Content(Text(i)))) + Chat.Finish + Chat.Done;
        Assert.True(expected == read.Body && expected == lagged.Body, $"{expected.Length} sent, {read.Body.Length} and {lagged.Body.Length} received");
        Assert.Equal(1, stage.Upstream.Count);

        // Too long to be joined or kept.
        Assert.Equal(0, await stage.Stage.Gateway.MetricAsync("gateway_cache_entries"));
    }

    /// <summary>The one who lags leaves: the other one is no longer held back.</summary>
    [Fact]
    public async Task Waiter_ThatHeldTheFlightBackLeaves_TheOtherGetsTheRest()
    {
        await using CachedStage stage = await CachedStage.StartAsync(", max-entry: 64KiB", "server: { client-stall: 5m }");
        TaskCompletionSource begin = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int sent = 0;
        stage.Upstream.Does = SayBlocks(begin.Task, () => Interlocked.Increment(ref sent));
        using RawClient waiter = await stage.BeginAsync();
        using RawClient reader = await stage.BeginAsync();
        begin.SetResult();
        Task<RawResponse> reading = reader.ReadBigResponseAsync();
        await UntilHeldBackAsync(() => Volatile.Read(ref sent), reading);
        waiter.Reset();

        RawResponse read = await reading;
        Assert.Equal(Blocks + 4, read.Events.Count);
        Assert.EndsWith(Chat.Done, read.Body, StringComparison.Ordinal);
        await stage.Stage.Gateway.IdleAsync();
    }

    /// <summary>"one" at once, and when it is let go more than sockets and gateway can hold.</summary>
    private static Func<UpstreamConnection, string, Task> SayBlocks(Task begin, Action sent) => async (connection, _) =>
    {
        await connection.WriteAsync(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("one")));
        await begin;
        for (int i = 0; i < Blocks; i++)
        {
            await connection.ChunkAsync(Chat.Content(Text(i)));
            sent();
        }

        await connection.WriteAsync(Play.Chunk(Chat.Finish + Chat.Done) + Chat.End);
    };

    private static int EmptyLength(bool stream) =>
        stream ? (Chat.Role + Chat.Content("") + Chat.Finish + Answers.Usage + Chat.Done).Length : Play.UnaryBody.Length - "Hello".Length;

    private static string Text(int number) => $"{number:0000}" + new string('x', Block);

    /// <summary>Until the upstream cannot send for a while. A machine that is merely busy is taken for that at worst.</summary>
    private static async Task UntilHeldBackAsync(Func<int> sent, Task reading)
    {
        int before = -1;
        while (!reading.IsCompleted && (sent() == 0 || sent() != before))
        {
            before = sent();
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System));
        }
    }
}
