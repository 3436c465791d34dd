using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

public sealed class HedgeBudgetTests
{
    [Fact]
    public void TryTake_AtTheStart_AllowsOne() => Assert.Equal(1, Drain(new(0.05)));

    [Fact]
    public void TryTake_ShareOfZero_NeverAllowsOne()
    {
        HedgeBudget budget = new(0);
        Add(budget, 1_000);

        Assert.False(budget.TryTake());
    }

    [Theory]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    [InlineData(39, 1)]
    [InlineData(40, 2)]
    [InlineData(100_000, 10)]
    public void Add_Requests_BringTheirShareUpToTheCap(int requests, int expected)
    {
        HedgeBudget budget = new(0.05);
        Drain(budget);
        Add(budget, requests);

        Assert.Equal(expected, Drain(budget));
    }

    [Fact]
    public void Return_Unused_CanBeTakenAgainButNotBeyondTheCap()
    {
        HedgeBudget budget = new(0.05);
        Drain(budget);
        budget.Return();
        Assert.Equal(1, Drain(budget));

        for (int i = 0; i < 20; i++)
            budget.Return();

        Assert.Equal(10, Drain(budget));
    }

    [Fact]
    public void TryTake_FromManyThreads_GivesNoMoreThanCameIn()
    {
        HedgeBudget budget = new(0.1);
        int taken = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                budget.Add();
                if (budget.TryTake())
                    Interlocked.Increment(ref taken);
            }
        });

        Assert.InRange(taken, 1_990, 2_001);
    }

    private static void Add(HedgeBudget budget, int requests)
    {
        for (int i = 0; i < requests; i++)
            budget.Add();
    }

    private static int Drain(HedgeBudget budget)
    {
        int taken = 0;
        while (budget.TryTake())
            taken++;

        return taken;
    }
}
