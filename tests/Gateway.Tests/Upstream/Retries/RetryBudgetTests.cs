using Gateway.Tests.Simulator;
using Gateway.Upstream.Retries;

namespace Gateway.Tests.Upstream.Retries;

public sealed class RetryBudgetTests
{
    private readonly SteppedTimeProvider _time = new();

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(1)]
    public void TryTake_WithoutTraffic_AllowsTheFloor(double share) => Assert.Equal(10, Drain(new(share, _time)));

    [Fact]
    public void TryTake_AfterTheFloorIsUsed_AllowsOneMoreEachSecond()
    {
        RetryBudget budget = new(0.2, _time);
        Drain(budget);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(budget.TryTake());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Drain(budget));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Drain(budget));
    }

    [Fact]
    public void Add_Requests_BringTheirShare()
    {
        RetryBudget budget = new(0.2, _time);
        Drain(budget);

        for (int i = 0; i < 35; i++)
            budget.Add();

        Assert.Equal(7, Drain(budget));
    }

    /// <summary>Ten seconds, of which the last has just begun, hold 900 requests: 180 tokens. Ten seconds later they hold none.</summary>
    [Fact]
    public void Add_ManyRequests_FillToTenSecondsOfTraffic()
    {
        RetryBudget budget = new(0.2, _time);
        Traffic(budget, seconds: 60, perSecond: 100);

        Assert.Equal(180, Drain(budget));

        Traffic(budget, seconds: 60, perSecond: 100);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, Drain(budget));
    }

    /// <summary>Everything fails and is retried while the budget lasts: retries stay at their share and what the bucket held.</summary>
    [Theory]
    [InlineData(100, 0.2)]
    [InlineData(20, 0.1)]
    [InlineData(10, 0.5)]
    public void TryTake_ThroughAnOutage_StaysAtTheShare(int perSecond, double share)
    {
        RetryBudget budget = new(share, _time);
        int retries = Traffic(budget, seconds: 120, perSecond, retryAll: true);

        Assert.InRange(retries, (120 * perSecond * share) - 1, (120 * perSecond * share) + 10);
    }

    [Fact]
    public void TryTake_LittleTraffic_StaysAtTheFloor()
    {
        RetryBudget budget = new(0.2, _time);
        int retries = Traffic(budget, seconds: 120, perSecond: 2, retryAll: true);

        Assert.InRange(retries, 125, 130);
    }

    [Fact]
    public void Return_Unused_CanBeTakenAgain()
    {
        RetryBudget budget = new(0.2, _time);
        budget.Return();
        Assert.Equal(10, Drain(budget));

        budget.Return();
        Assert.Equal(1, Drain(budget));
    }

    [Fact]
    public void Add_AndTryTake_DoNotAllocate()
    {
        RetryBudget budget = new(0.2, _time);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            budget.Add();
            if (budget.TryTake())
                budget.Return();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void TryTake_FromManyThreads_GivesEachTokenOnce()
    {
        RetryBudget budget = new(1, _time);
        int taken = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                if (budget.TryTake())
                    Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(10, taken);
    }

    private static int Drain(RetryBudget budget)
    {
        int taken = 0;
        while (budget.TryTake())
            taken++;

        return taken;
    }

    private int Traffic(RetryBudget budget, int seconds, int perSecond, bool retryAll = false)
    {
        int retries = 0;
        for (int i = 0; i < seconds * perSecond; i++)
        {
            budget.Add();
            if (retryAll && budget.TryTake())
                retries++;

            _time.Advance(TimeSpan.FromSeconds(1) / perSecond);
        }

        return retries;
    }
}
