using Gateway.Configuration;
using Gateway.Health;
using Gateway.Routing;

namespace Gateway.Tests.Routing;

public sealed class TurnsTests
{
    private readonly Fleet _fleet = new();

    [Fact]
    public void RoundRobin_EveryReplica_IsFirstInTurnAndTheOthersFollowInOrder()
    {
        EndpointBalance balance = _fleet.With("a", 2).With("b", 1).Balance(BalancingStrategy.RoundRobin);
        Assert.Equal(["a-1 a-2 b-1", "a-2 b-1 a-1", "b-1 a-1 a-2", "a-1 a-2 b-1"], Enumerable.Range(0, 4).Select(_ => _fleet.Order(balance)));
    }

    [Fact]
    public void LeastRequests_FewestFirst_AndEqualsTakeTurns()
    {
        EndpointBalance balance = _fleet.With("a", 3).Balance(BalancingStrategy.LeastRequests);
        _fleet["a-1"].Begin();
        Assert.Equal(["a-2 a-3 a-1", "a-2 a-3 a-1", "a-3 a-2 a-1", "a-2 a-3 a-1"], Enumerable.Range(0, 4).Select(_ => _fleet.Order(balance)));
        _fleet["a-2"].Begin();
        _fleet["a-2"].Begin();
        Assert.Equal("a-3 a-1 a-2", _fleet.Order(balance));
        _fleet["a-2"].End();
        _fleet["a-2"].End();
        _fleet["a-1"].End();
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => _fleet.First(balance)).Distinct().Count());
    }

    [Theory]
    [InlineData(10_000, 0.02)]
    [InlineData(100, 0.03)]
    [InlineData(20, 0.05)]
    public void Weighted_ThreeToOne_LandsOnTheShares(int requests, double tolerance)
    {
        EndpointBalance balance = _fleet.With("a", 1).With("b", 1).Balance(BalancingStrategy.Weighted, new("a", 3), new("b", 1));
        int first = Enumerable.Range(0, requests).Count(_ => _fleet.First(balance).Id == "a-1");
        Assert.InRange(first / (double)requests, 0.75 - tolerance, 0.75 + tolerance);
    }

    [Fact]
    public void Weighted_SixtyFourThreads_LandOnTheShares()
    {
        EndpointBalance balance = _fleet.With("a", 2).With("b", 1).Balance(BalancingStrategy.Weighted, new("a", 3), new("b", 1));
        int atB = 0;
        using Barrier start = new(64);
        Thread[] threads = [.. Enumerable.Range(0, 64).Select(_ => new Thread(() =>
        {
            start.SignalAndWait(TimeSpan.FromSeconds(5));
            for (int i = 0; i < 157; i++)
            {
                if (_fleet.First(balance).Id == "b-1")
                    Interlocked.Increment(ref atB);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(20))));
        Assert.InRange(atB / (64 * 157.0), 0.23, 0.27);
    }

    [Fact]
    public void Weighted_ReplicasGoAway_TheirProvidersWeightStays()
    {
        EndpointBalance balance = _fleet.With("a", 3).With("b", 2).Balance(BalancingStrategy.Weighted, new("a", 3), new("b", 1));
        Assert.Equal([2500, 2500, 2500, 1250, 1250], Shares(balance));
        _fleet.Set("a-1", ReplicaCondition.Ejected);
        _fleet.Set("b-2", ReplicaCondition.Unhealthy);
        Assert.Equal([0, 3750, 3750, 2500, 0], Shares(balance));
        _fleet.Set("a-2", ReplicaCondition.Drained);
        _fleet.Set("a-3", ReplicaCondition.Cooling);
        Assert.Equal([0, 0, 0, 10_000, 0], Shares(balance));
    }

    [Fact]
    public void Weighted_TheOthers_FollowByWeight()
    {
        EndpointBalance balance = _fleet.With("a", 1).With("b", 1).With("c", 1).Balance(BalancingStrategy.Weighted, new("a", 1), new("b", 5), new("c", 3));
        string[] orders = [.. Enumerable.Range(0, 100).Select(_ => _fleet.Order(balance)).Distinct().Order()];
        Assert.Equal(["a-1 b-1 c-1", "b-1 c-1 a-1", "c-1 b-1 a-1"], orders);
    }

    /// <summary>Requests of 10,000 that each replica gets, rounded to 50.</summary>
    private int[] Shares(EndpointBalance balance)
    {
        Dictionary<string, int> counts = Enumerable.Range(0, 10_000).Select(_ => _fleet.First(balance).Id).CountBy(id => id).ToDictionary();
        return [.. _fleet.Replicas.Select(replica => (int)Math.Round(counts.GetValueOrDefault(replica.Id) / 50.0) * 50)];
    }
}
