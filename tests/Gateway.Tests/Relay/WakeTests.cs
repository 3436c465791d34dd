using System.IO.Pipelines;
using Gateway.Relay;

namespace Gateway.Tests.Relay;

public sealed class WakeTests
{
    [Fact]
    public async Task Wait_SignalledBefore_IsTakenOnceAndTheOthersStay()
    {
        Wake wake = new();
        wake.Signal(WakeReason.Tick);
        wake.Signal(WakeReason.Upstream);
        Assert.Equal(WakeReason.Upstream, await wake.WaitAsync(WakeReason.Upstream | WakeReason.Flushed));
        Assert.Equal(WakeReason.Tick, await wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick));
        Task<WakeReason> third = wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick).AsTask();
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Wait_OtherReasonSignalled_GoesOnWaiting()
    {
        Wake wake = new();
        Task<WakeReason> wait = wake.WaitAsync(WakeReason.Flushed).AsTask();
        wake.Signal(WakeReason.Tick);
        Assert.False(wait.IsCompleted);
        wake.Signal(WakeReason.Flushed);
        Assert.Equal(WakeReason.Flushed, await wait);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public async Task Flush_CompletedOrCancelled_MeansTheClientIsGone(bool cancelled, bool completed, bool gone)
    {
        Wake wake = new();
        TaskCompletionSource<FlushResult> flush = new();
        wake.WatchFlush(new ValueTask<FlushResult>(flush.Task));
        Task<WakeReason> wait = wake.WaitAsync(WakeReason.Flushed).AsTask();
        flush.SetResult(new(cancelled, completed));
        Assert.Equal(WakeReason.Flushed, await wait);
        Assert.Equal(gone, wake.ClientIsGone);
    }

    [Fact]
    public async Task Flush_Throws_MeansTheClientIsGone()
    {
        Wake wake = new();
        wake.WatchFlush(ValueTask.FromException<FlushResult>(new IOException()));
        Assert.Equal(WakeReason.Flushed, await wake.WaitAsync(WakeReason.Flushed));
        Assert.True(wake.ClientIsGone);
    }

    [Fact]
    public async Task Usual_DoesIt_TheWaiterIsNotResumedUntilSomethingElseComes()
    {
        int times = 0;
        Wake wake = new() { Usual = () => ++times > 0 };
        Task<WakeReason> wait = wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick).AsTask();
        wake.Signal(WakeReason.Upstream);
        wake.Signal(WakeReason.Upstream);
        Assert.Equal(2, times);
        Assert.False(wait.IsCompleted);
        wake.Signal(WakeReason.Tick);
        Assert.Equal(WakeReason.Tick, await wait);
        Assert.Equal(2, times);
    }

    [Fact]
    public async Task Usual_IsNotEnough_TheWaiterIsResumed()
    {
        Wake wake = new() { Usual = static () => false };
        Task<WakeReason> wait = wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick).AsTask();
        wake.Signal(WakeReason.Upstream);
        Assert.Equal(WakeReason.Upstream, await wait);
    }

    [Fact]
    public async Task Usual_SignalledMeanwhile_NothingIsLostAndItRunsAlone()
    {
        Wake wake = new();
        int times = 0;
        wake.Usual = () =>
        {
            times++;
            wake.Signal(times == 1 ? WakeReason.Upstream : WakeReason.Tick);
            return true;
        };
        Task<WakeReason> wait = wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick).AsTask();
        wake.Signal(WakeReason.Upstream);
        Assert.Equal(WakeReason.Tick, await wait);
        Assert.Equal(2, times);
    }

    [Fact]
    public async Task Signals_FromManyThreads_AreNeverLost()
    {
        const int Rounds = 20_000;
        Wake wake = new();
        using SemaphoreSlim taken = new(0);
        Task signalling = Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                wake.Signal(WakeReason.Upstream);
                await taken.WaitAsync();
            }
        });
        Task ticking = Task.Run(() =>
        {
            while (!signalling.IsCompleted)
                wake.Signal(WakeReason.Tick);
        });
        for (int upstream = 0; upstream < Rounds;)
        {
            if (!(await wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick)).HasFlag(WakeReason.Upstream))
                continue;
            upstream++;
            taken.Release();
        }

        await Task.WhenAll(signalling, ticking);
    }
}
