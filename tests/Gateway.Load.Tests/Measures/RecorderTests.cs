using Gateway.Load.Measures;
using Gateway.Streaming.Usage;

namespace Gateway.Load.Tests.Measures;

public sealed class RecorderTests
{
    private const long Ms = LoadClock.Millisecond;

    [Fact]
    public void Complete_LateSend_LatencyCountsFromTheIntendedTime()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(Whole(intended: 100 * Ms, sent: 400 * Ms, first: 450 * Ms, end: 650 * Ms));

        RunMeasures measures = recorder.Finish(LoadClock.Second);

        Assert.Equal(550 * Ms, measures.Histograms[MetricId.RequestLatency].Max);
        Assert.Equal(350 * Ms, measures.Histograms[MetricId.TimeToFirst].Max);
        Assert.Equal(250 * Ms, measures.Histograms[MetricId.ServiceLatency].Max);
        Assert.Equal(50 * Ms, measures.Histograms[MetricId.ServiceTimeToFirst].Max);
    }

    [Fact]
    public void Complete_FiveTokens_TimePerTokenLeavesOutTheFirst()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(Whole(intended: 0, sent: 0, first: 100 * Ms, end: 300 * Ms));

        RunMeasures measures = recorder.Finish(LoadClock.Second);

        Assert.Equal(50 * Ms, measures.Histograms[MetricId.InterToken].Max);
        Assert.Equal(50 * Ms, measures.Histograms[MetricId.PerToken].Max);
        Assert.Equal(5, measures.Histograms[MetricId.OutputLength].Max);
        Assert.Equal(20_000, measures.Histograms[MetricId.UserThroughput].Max);
    }

    [Fact]
    public void AddChunk_OfARequestOfTheWarmup_CountsFromItsEnd()
    {
        Recorder recorder = new([], LoadClock.Second, 100 * Ms);
        recorder.AddChunk(99 * Ms);
        recorder.AddChunk(100 * Ms);
        recorder.AddChunk(101 * Ms);
        Assert.Equal(2, recorder.Finish(LoadClock.Second).Totals.ChunksSinceWarmup);
    }

    [Theory]
    [InlineData(0, 130, 30)]
    [InlineData(3, 200, 40)]
    [InlineData(5, 190, 0)]
    public void Behind_Chunk_IsWhatThePaceDoesNotExplain(int chunksBefore, long now, long delay) =>
        Assert.Equal(delay * Ms, new Exchange { Intended = 50 * Ms, Sent = 100 * Ms, Chunks = chunksBefore }.Behind(now * Ms, 20 * Ms));

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(101, 1)]
    public void Complete_Objective_GoodUpToTheLimit(int limit, int good)
    {
        Recorder recorder = new([new Objective(ObjectiveMetric.TimeToFirstToken, limit * Ms)], LoadClock.Second, 0);
        recorder.Complete(Whole(intended: 0, sent: 0, first: 100 * Ms, end: 300 * Ms));

        Assert.Equal(good, recorder.Finish(LoadClock.Second).Totals.Good);
    }

    [Theory]
    [InlineData("tpot", 1)]
    [InlineData("itl", 0)]
    public void Complete_EndLongAfterTheLastToken_OnlyTheInterTokenLatencyOfTheRequestSeesIt(string metric, int good)
    {
        Recorder recorder = new([new Objective(Objective.MetricOf(metric)!.Value, 60 * Ms)], LoadClock.Second, 0);
        Exchange exchange = Whole(intended: 0, sent: 0, first: 100 * Ms, end: 500 * Ms);
        exchange.Last = 300 * Ms;
        recorder.Complete(exchange);

        RunMeasures measures = recorder.Finish(LoadClock.Second);

        Assert.Equal(good, measures.Totals.Good);
        Assert.Equal(100 * Ms, measures.Histograms[MetricId.InterToken].Max);
        Assert.Equal(50 * Ms, measures.Histograms[MetricId.PerToken].Max);
    }

    [Fact]
    public void Complete_UnaryAnswerWithUsage_HasAnOutputLength()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(new Exchange { Measured = true, End = Ms, Chunks = 1, HasUsage = true, Usage = new TokenUsage { Completion = 7 } });
        recorder.Complete(new Exchange { Measured = true, End = Ms, Chunks = 1 });

        Histogram lengths = recorder.Finish(LoadClock.Second).Histograms[MetricId.OutputLength];
        Assert.Equal((1, 7), (lengths.Count, lengths.Max));
    }

    [Fact]
    public void TakeInterval_Failures_AreCountedFromTheStartAndHaveNoLatency()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(new Exchange { End = Ms, Error = ErrorKinds.Cut });
        recorder.Complete(new Exchange { End = 2 * Ms, Cancelled = true });
        recorder.Complete(Whole(0, 0, Ms, 50 * Ms));

        Assert.Equal(new ProgressSample(3, 50 * Ms, 50 * Ms, 1, 0), recorder.TakeInterval());
        Assert.Equal(new ProgressSample(0, 0, 0, 1, 0), recorder.TakeInterval());
    }

    [Fact]
    public void Complete_ErrorsAndCancelled_AreCountedAndHaveNoLatency()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(new Exchange { Measured = true, End = Ms, Error = ErrorKinds.Cut });
        recorder.Complete(new Exchange { Measured = true, End = Ms, Error = ErrorKinds.Cut });
        recorder.Complete(new Exchange { Measured = true, End = Ms, Cancelled = true });

        RunMeasures measures = recorder.Finish(LoadClock.Second);

        Assert.Equal(2, measures.Errors[ErrorKinds.Cut]);
        Assert.Equal(1, measures.Totals.Cancelled);
        Assert.Equal(3, measures.Finished);
        Assert.Empty(measures.Histograms);
    }

    [Fact]
    public void Complete_WarmUp_IsNotCounted()
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        Exchange exchange = Whole(0, 0, Ms, 2 * Ms);
        exchange.Measured = false;
        recorder.Complete(exchange);

        Assert.Equal(0, recorder.Finish(LoadClock.Second).Finished);
        Assert.Equal(1, recorder.TakeInterval().Completed);
    }

    [Theory]
    [InlineData(1_999, 1)]
    [InlineData(2_000, 2)]
    [InlineData(2_001, 2)]
    public void Finish_RequestsEndLater_OnlySlicesThatTheDurationFillsAreKept(int duration, int slices)
    {
        Recorder recorder = new([], LoadClock.Second, 0);
        recorder.Complete(Whole(intended: 0, sent: 0, first: 100 * Ms, end: 4_500 * Ms));

        Assert.Equal(slices, recorder.Finish(duration * Ms).Slices.Count);
    }

    private static Exchange Whole(long intended, long sent, long first, long end) => new()
    {
        Intended = intended,
        Started = sent,
        Sent = sent,
        First = first,
        Second = first + Ms,
        Last = end,
        End = end,
        Chunks = 5,
        Measured = true,
    };
}
