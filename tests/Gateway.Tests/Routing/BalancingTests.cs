using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Tests.Routing;

public sealed class BalancingTests
{
    [Fact]
    public void RoundRobin_EveryReplica_IsFirstInTurnAndTheOthersFollowInOrder()
    {
        RoundRobin strategy = new();
        Assert.Equal(["abc", "bca", "cab", "abc"], Enumerable.Range(0, 4).Select(_ => Order(strategy, Replicas())));
    }

    [Fact]
    public void LeastRequests_FewestFirst_AndEqualsTakeTurns()
    {
        LeastRequests strategy = new();
        Candidate[] replicas = Replicas();
        replicas[0].Replica.Begin();
        Assert.Equal(["bca", "bca", "cba", "bca"], Enumerable.Range(0, 4).Select(_ => Order(strategy, replicas)));
        replicas[1].Replica.Begin();
        replicas[1].Replica.Begin();
        Assert.Equal("cab", Order(strategy, replicas));
        replicas[1].Replica.End();
        replicas[1].Replica.End();
        replicas[0].Replica.End();
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => Order(strategy, replicas)[0]).Distinct().Count());
    }

    private static Candidate[] Replicas() => [.. "abc".Select(name => new Candidate(new Replica(null!, name.ToString(), new Uri("http://127.0.0.1:1"), null!), "m"))];

    private static string Order(IBalancingStrategy strategy, Candidate[] replicas)
    {
        Candidate[] copy = [.. replicas];
        strategy.Order(copy);
        return string.Concat(copy.Select(candidate => candidate.Replica.Id));
    }
}
