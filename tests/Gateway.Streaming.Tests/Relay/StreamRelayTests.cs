using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Relay;

public sealed class StreamRelayTests
{
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
    private const string Content = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n";
    private const string Finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    private readonly CountingPool _pool = new();

    [Fact]
    public void Hold_NothingThereYet_RentsNothing()
    {
        using StreamRelay relay = Relay(Role, 0, Role.Length);

        Assert.Equal(ReadStatus.Blocked, relay.Hold().Status);
        Assert.Equal(0, _pool.Outstanding);
        Assert.Equal(1, relay.Hold().Events);
        Assert.Equal(1, _pool.Outstanding);
    }

    [Fact]
    public void Hold_WaitsForContent_HoldsNoMoreThanWhatCame()
    {
        using StreamRelay relay = Relay(Role + Content, Role.Length);
        relay.Hold();
        Assert.Equal(ReadStatus.Blocked, relay.Hold().Status);
        Assert.Equal(Role.Length, _pool.OutstandingBytes);
    }

    [Fact]
    public async Task Read_SourceSaysThatItIsDrained_IsNotAskedAgain()
    {
        ScriptedSource source = new(Encoding.UTF8.GetBytes(Role + Content + Content + Finish + Done), [Role.Length, Role.Length + Content.Length, Role.Length + (2 * Content.Length)])
        {
            KnowsWhenDrained = true,
        };
        using StreamRelay relay = new(source, new ChatRules(1, false) { Pool = _pool }, SseLimits.Default);
        TestClient client = TestClient.OverBlocks();
        Assert.Equal(new RelayStep(ReadStatus.Blocked, StreamSignal.None, Role.Length, 1, 0), relay.Hold());
        await relay.WaitAsync();
        Assert.Equal(ReadStatus.Blocked, relay.Hold().Status);
        relay.Release(client.Writer, isFirst: true);
        await relay.WaitAsync();
        Assert.Equal(new RelayStep(ReadStatus.Blocked, StreamSignal.None, Content.Length, 1, 1), relay.Step(client.Writer));
        Assert.Equal(3, source.Reads);
        await relay.WaitAsync();
        Assert.Equal(StreamSignal.Done, relay.Step(client.Writer).Signal);
        client.Flush();
        Assert.Equal(Role + Content + Content + Finish + Done, Encoding.UTF8.GetString(client.Received));
    }

    [Fact]
    public void Hold_RoleChunk_IsHeldUntilReleased()
    {
        using StreamRelay relay = Relay(Role + Content, Role.Length);
        TestClient client = TestClient.OverBlocks();
        Assert.Equal(new RelayStep(ReadStatus.Data, StreamSignal.None, Role.Length, 1, 0), relay.Hold());
        Assert.Equal(ReadStatus.Blocked, relay.Hold().Status);
        Assert.Equal(new RelayStep(ReadStatus.Data, StreamSignal.None, Content.Length, 1, 1), relay.Hold());

        Assert.Equal(Role.Length + Content.Length, relay.Release(client.Writer, isFirst: true));
        client.Flush();
        Assert.Equal(Role + Content, Encoding.UTF8.GetString(client.Received));
    }

    [Theory]
    [InlineData(true, "\uFEFF" + Content)]
    [InlineData(false, Content)]
    public void Release_ByteOrderMark_IsOnlyForTheStartOfTheBody(bool isFirst, string expected)
    {
        using StreamRelay relay = Relay("\uFEFF" + Content);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();

        Assert.Equal(Encoding.UTF8.GetByteCount(expected), relay.Release(client.Writer, isFirst));
        client.Flush();
        Assert.Equal(expected, Encoding.UTF8.GetString(client.Received));
    }

    [Fact]
    public void Release_HalfAnEventBehindTheHeld_StaysBack()
    {
        using StreamRelay relay = Relay(Content + Finish + Done, Content.Length + 10);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();

        Assert.Equal(Content.Length, relay.Release(client.Writer, isFirst: true));
        Assert.Equal(10, relay.PendingBytes);
        Assert.Equal(ReadStatus.Blocked, relay.Step(client.Writer).Status);
        Assert.Equal(StreamSignal.Done, relay.Step(client.Writer).Signal);
        client.Flush();
        Assert.Equal(Content + Finish + Done, Encoding.UTF8.GetString(client.Received));
    }

    [Fact]
    public void Step_AtAnEventBoundary_LeavesOnlyTheTemplateRented()
    {
        using StreamRelay relay = Relay(Content + Content + Content, Content.Length, (2 * Content.Length) - 5, 2 * Content.Length);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();
        relay.Release(client.Writer, isFirst: true);
        Assert.Equal(1, _pool.Outstanding);

        relay.Step(client.Writer);
        Assert.Equal(2, Steps(relay, client));
        Assert.Equal(1, _pool.Outstanding);
    }

    [Fact]
    public void Step_HalfAnEvent_IsTheOnlyThingKept()
    {
        using StreamRelay relay = Relay(Content + Content, Content.Length, Content.Length + 20);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();
        relay.Release(client.Writer, isFirst: true);
        Assert.Equal(ReadStatus.Blocked, relay.Step(client.Writer).Status);
        RelayStep step = relay.Step(client.Writer);

        Assert.Equal(new RelayStep(ReadStatus.Blocked, StreamSignal.None, 0, 0, 0), step);
        Assert.Equal((20, 2), (relay.PendingBytes, _pool.Outstanding));
    }

    [Fact]
    public void Step_EndInsideAnEvent_ReportsWhatIsLost()
    {
        TestClient client = TestClient.OverBlocks();
        RelayRun run = RelayRun.Of(Source(Content + "data: [DONE]\n"), Rules(), client);

        Assert.Equal((ReadStatus.End, StreamSignal.None, "data: [DONE]\n".Length), (run.End, run.Signal, run.Pending));
        Assert.Equal(Content, Encoding.UTF8.GetString(client.Received));
    }

    [Theory]
    [InlineData(Content + Finish + Usage + Done + Content, StreamSignal.Done, Content + Finish + Done)]
    [InlineData(Content + Done, StreamSignal.Incomplete, Content)]
    [InlineData(Content + "data: {\"error\":{\"message\":\"m\"}}\n\n" + Done, StreamSignal.Error, Content)]
    [InlineData("event: error\n: m\n\n" + Content, StreamSignal.Error, "")]
    [InlineData(Finish + Done, StreamSignal.Done, Finish + Done)]
    public void Step_EndOfTheAnswer_IsASignal(string stream, StreamSignal signal, string expected)
    {
        TestClient client = TestClient.OverBlocks();
        RelayRun run = RelayRun.Of(Source(stream), Rules(), client);

        Assert.Equal(signal, run.Signal);
        Assert.Equal(expected, Encoding.UTF8.GetString(client.Received));
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void Step_FastSource_EndsAfterItsBudgetWhateverIsVisible()
    {
        byte[] dropped = Encoding.UTF8.GetBytes(Content + string.Concat(Enumerable.Repeat(Usage, 20_000)));
        using StreamRelay relay = new(new ScriptedSource(dropped, [Content.Length]), Rules(), SseLimits.Default);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();
        relay.Release(client.Writer, isFirst: true);
        Assert.Equal(ReadStatus.Blocked, relay.Step(client.Writer).Status);

        RelayStep step = relay.Step(client.Writer);
        Assert.Equal((ReadStatus.Data, 0), (step.Status, step.Visible));
        Assert.InRange(step.Events * Usage.Length, StreamRelay.StepBudget - 4_096, StreamRelay.StepBudget + 8_192);
    }

    [Fact]
    public void Step_FastSource_EndsAfterItsBudgetSoThatTheClientCanPushBack()
    {
        byte[] stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Content, 10_000)));
        using StreamRelay relay = new(new ScriptedSource(stream, []), Rules(), SseLimits.Default);
        TestClient client = TestClient.OverBlocks();
        relay.Hold();
        relay.Release(client.Writer, isFirst: true);

        Assert.InRange(relay.Step(client.Writer).Visible, StreamRelay.StepBudget - 4_096, StreamRelay.StepBudget + 8_192);
    }

    [Theory]
    [InlineData(9_999, StreamSignal.Done)]
    [InlineData(10_000, StreamSignal.Done)]
    [InlineData(10_001, StreamSignal.TooLarge)]
    public void Step_EventAroundItsLimit_IsDeliveredOrASignal(int length, StreamSignal expected)
    {
        string large = Content.Replace("Hi", new string('x', length - Content.Length + "Hi".Length), StringComparison.Ordinal);
        Assert.Equal(length, large.Length);
        byte[] stream = Encoding.UTF8.GetBytes(Content + large + Finish + Done);
        foreach (int[] cuts in (int[][])[[], [Content.Length], Cuts.Every(stream.Length, 1_000), Cuts.Every(stream.Length, 10)])
        {
            TestClient client = TestClient.OverBlocks();
            RelayRun run = RelayRun.Of(new ScriptedSource(stream, cuts), Rules(), client, limits: new SseLimits(20_000, 10_000));

            Assert.Equal(expected, run.Signal);
            Assert.Equal(expected == StreamSignal.Done ? stream.Length : Content.Length, client.Received.Length);
            Assert.Equal(expected == StreamSignal.Done ? 2 : 1, run.ContentEvents);
        }
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("data: x\n")]
    [InlineData(": x\r")]
    public void Step_EndlessEvent_IsNeverUnboundedMemory(string line)
    {
        byte[] endless = Encoding.UTF8.GetBytes(Content + string.Concat(Enumerable.Repeat(line, 3_000_000 / line.Length)));
        foreach (int[] cuts in (int[][])[[], [Content.Length], Cuts.Every(endless.Length, 1_460)])
        {
            RelayRun run = RelayRun.Of(new ScriptedSource(endless, cuts), Rules(), TestClient.OverBlocks());

            Assert.Equal(StreamSignal.TooLarge, run.Signal);
            Assert.InRange(_pool.PeakBytes, 0, 4 * SseLimits.Default.MaxEvent);
            Assert.Equal(0, _pool.Outstanding);
        }
    }

    [Fact]
    public void Hold_EndlessPrelude_IsReleasedAtItsLimit()
    {
        byte[] prelude = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(": still thinking\n\n", 10_000)) + Content + Finish + Done);
        TestClient client = TestClient.OverBlocks();
        RelayRun run = RelayRun.Of(new ScriptedSource(prelude, Cuts.Every(prelude.Length, 1_000)), Rules(), client);

        Assert.Equal(StreamSignal.Done, run.Signal);
        Assert.Equal(prelude, client.Received);
        Assert.InRange(_pool.PeakBytes, StreamRelay.MaxHeld, 4 * StreamRelay.MaxHeld);
    }

    [Fact]
    public void Step_SeveralEventsInOneRead_AreOneFlush()
    {
        TestClient client = TestClient.OverBlocks();
        RelayRun.Of(Source(Content + Content + Content + Content + Finish + Done, Content.Length), Rules(), client);

        Assert.Equal(2, client.Flushes);
    }

    [Fact]
    public void Dispose_InEveryPhase_ReturnsEverything()
    {
        byte[] stream = Encoding.UTF8.GetBytes(Role + Content + Content + Finish);
        for (int phase = 0; phase < 8; phase++)
        {
            StreamRelay relay = new(new ScriptedSource(stream, Cuts.Every(stream.Length, 50)), Rules(), SseLimits.Default);
            TestClient client = TestClient.OverBlocks();
            for (int hold = 0; hold < Math.Min(phase, 5); hold++)
                relay.Hold();
            if (phase > 5)
                relay.Release(client.Writer, isFirst: true);
            for (int step = 6; step < phase; step++)
                relay.Step(client.Writer);
            relay.Dispose();
            relay.Dispose();

            Assert.Equal(0, _pool.Outstanding);
        }
    }

    private static int Steps(StreamRelay relay, TestClient client)
    {
        int content = 0;
        RelayStep step;
        do
        {
            step = relay.Step(client.Writer);
            content += step.ContentEvents;
        }
        while (step.Status != ReadStatus.End);
        return content;
    }

    private static ScriptedSource Source(string stream, params int[] cuts) => new(Encoding.UTF8.GetBytes(stream), cuts);

    private StreamRelay Relay(string stream, params int[] cuts) => new(Source(stream, cuts), Rules(), SseLimits.Default);

    private ChatRules Rules() => new(1, removeUsageChunk: true) { Pool = _pool };
}
