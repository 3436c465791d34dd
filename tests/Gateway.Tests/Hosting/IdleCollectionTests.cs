using Gateway.Hosting;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Hosting;

public sealed class IdleCollectionTests : IDisposable
{
    private readonly SteppedTimeProvider _time = new();
    private readonly IdleCollection _idle;
    private long _active;
    private long _allocated;
    private int _collected;

    public IdleCollectionTests() => _idle = new(() => _active, () => _allocated, () => _collected++, _time);

    public void Dispose() => _idle.Dispose();

    [Fact]
    public void Look_QuietAfterWork_CollectsOnce()
    {
        Look(allocated: IdleCollection.WorthIt);
        Assert.Equal(0, _collected);
        Look(allocated: IdleCollection.Quiet);
        Assert.Equal(1, _collected);
        Look(allocated: 0);
        Look(allocated: IdleCollection.Quiet);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void Look_StillAllocating_DoesNotCollect()
    {
        for (int i = 0; i < 10; i++)
            Look(allocated: IdleCollection.WorthIt);
        Look(allocated: IdleCollection.Quiet + 1);
        Assert.Equal(0, _collected);
    }

    [Fact]
    public void Look_LittleSinceTheLast_DoesNotCollect()
    {
        Look(allocated: IdleCollection.WorthIt - 1);
        Look(allocated: 0);
        Assert.Equal(0, _collected);
        Look(allocated: 1);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void Look_RequestUnderWay_WaitsForItsEnd()
    {
        _active = 1;
        Look(allocated: IdleCollection.WorthIt);
        Look(allocated: 0);
        Assert.Equal(0, _collected);
        _active = 0;
        Look(allocated: 0);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void Clock_AfterAPeriod_Looks()
    {
        _allocated = IdleCollection.WorthIt;
        _idle.Look();
        _time.Advance(IdleCollection.Period);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void Clock_AfterTheStart_CollectsWhatItLeft()
    {
        _allocated = 1000;
        _time.Advance(IdleCollection.AfterStart);
        Assert.Equal(1, _collected);
        Look(allocated: IdleCollection.WorthIt - 1);
        Look(allocated: 0);
        Assert.Equal(1, _collected);
    }

    [Fact]
    public void Clock_RequestsRightAfterTheStart_AreNotHeldUp()
    {
        _active = 1;
        _time.Advance(IdleCollection.AfterStart);
        Assert.Equal(0, _collected);
    }

    [Theory]
    [InlineData(IdleCollection.ManyStreams, IdleCollection.WorthIt, 1)]
    [InlineData(IdleCollection.ManyStreams, IdleCollection.WorthIt - 1, 0)]
    [InlineData(IdleCollection.ManyStreams - 1, IdleCollection.WorthIt, 0)]
    [InlineData(2000, 2000 * IdleCollection.PerStream, 1)]
    [InlineData(2000, (2000 * IdleCollection.PerStream) - 1, 0)]
    public void LookAtStreams_ManyAreOpenAndNothingElseIsAtWork_CollectsWhatTheirOpeningLeft(long active, long allocated, int collected)
    {
        _active = active;
        LookAtStreams(allocated - IdleCollection.StreamsQuiet);
        Assert.Equal(0, _collected);
        LookAtStreams(IdleCollection.StreamsQuiet);
        Assert.Equal(collected, _collected);
    }

    [Fact]
    public void LookAtStreams_OthersAreStillOpened_DoesNotCollect()
    {
        _active = 1000;
        for (int i = 0; i < 1000; i++)
            LookAtStreams(IdleCollection.StreamsQuiet + 1);
        Assert.Equal(0, _collected);
    }

    [Fact]
    public void Clock_StreamsOpenForAPeriod_Looks()
    {
        _active = 100;
        _allocated = IdleCollection.WorthIt;
        _idle.LookAtStreams();
        _time.Advance(IdleCollection.StreamsPeriod);
        Assert.Equal(1, _collected);
    }

    private void LookAtStreams(long allocated)
    {
        _allocated += allocated;
        _idle.LookAtStreams();
    }

    private void Look(long allocated)
    {
        _allocated += allocated;
        _idle.Look();
    }
}
