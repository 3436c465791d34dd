using Gateway.Configuration;
using Gateway.Health;
using Gateway.Routing;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Routing;

public sealed class PrefixAffinityTests
{
    private const int Sessions = 10_000;

    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 4)]
    public void Ring_OneReplicaMoreOrLess_MovesAboutOneInN(int before, int after)
    {
        string[] homes = Homes(before), later = Homes(after);
        int moved = homes.Zip(later).Count(pair => pair.First != pair.Second);
        Assert.InRange(moved / (double)Sessions, 0.18, 0.22);
        string gone = $"a-{Math.Max(before, after)}";
        Assert.All(homes.Zip(later).Where(pair => pair.First != pair.Second), pair => Assert.True(pair.First == gone || pair.Second == gone));
        Assert.All(homes.CountBy(id => id), share => Assert.InRange(share.Value / (double)Sessions, 0.9 / before, 1.1 / before));
    }

    [Fact]
    public void Ring_HomeEjected_ItsSessionsGoToTheNextAndComeBack()
    {
        Fleet fleet = new Fleet().With("a", 4);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.PrefixAffinity);
        string[] order = fleet.Order(balance, key: 42).Split(' ');
        fleet.Set(order[0], ReplicaCondition.Ejected);
        Assert.Equal([.. order[1..], order[0]], fleet.Order(balance, key: 42).Split(' '));
        fleet.Set(order[0], ReplicaCondition.Usable);
        Assert.Equal(order, fleet.Order(balance, key: 42).Split(' '));
    }

    [Fact]
    public void Ring_OtherGatewaySameReplicas_Agrees()
    {
        // Written down, so that a change of the hash that would make two versions disagree is noticed.
        Fleet fleet = new Fleet().With("a", 4);
        Assert.Equal("a-3 a-4 a-2 a-1", fleet.Order(fleet.Balance(BalancingStrategy.PrefixAffinity), key: 42));
    }

    [Fact]
    public void Load_HotKey_SpreadsAndComesHome()
    {
        Fleet fleet = new Fleet().With("a", 4);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.PrefixAffinity);
        Replica home = fleet.First(balance, key: 7);
        for (int total = 1; total <= 100; total++)
        {
            fleet.First(balance, key: 7).Begin();
            double limit = Math.Ceiling((PrefixAffinity.LoadFactor * total / 4) + 1);
            Assert.All(fleet.Replicas, replica => Assert.InRange(replica.Inflight, 0, limit + 1));
        }

        Assert.Equal(home.Inflight, fleet.Replicas.Max(replica => replica.Inflight));
        Assert.Equal(4, fleet.Replicas.Count(replica => replica.Inflight > 0));
        foreach (Replica replica in fleet.Replicas)
        {
            while (replica.Inflight > 0)
                replica.End();
        }

        Assert.Same(home, fleet.First(balance, key: 7));
    }

    [Fact]
    public void Load_HomeOverTheLimit_NextOnTheRingAndHomeComesLast()
    {
        Fleet fleet = new Fleet().With("a", 3);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.PrefixAffinity);
        string[] order = fleet.Order(balance, key: 9).Split(' ');
        // ceil(1.25 × n/3 + 1): 3 for 3 of them, 3 for 4.
        for (int i = 0; i < 3; i++)
            fleet[order[0]].Begin();
        Assert.Equal(order, fleet.Order(balance, key: 9).Split(' '));
        fleet[order[0]].Begin();
        Assert.Equal([order[1], order[2], order[0]], fleet.Order(balance, key: 9).Split(' '));
        fleet[order[0]].End();
        Assert.Equal(order, fleet.Order(balance, key: 9).Split(' '));
    }

    [Fact]
    public void NoKey_LeastRequests()
    {
        Fleet fleet = new Fleet().With("a", 3);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.PrefixAffinity);
        fleet["a-1"].Begin();
        fleet["a-3"].Begin();
        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal("a-2", fleet.First(balance).Id));
    }

    private static string[] Homes(int replicas)
    {
        Fleet fleet = new Fleet().With("a", replicas);
        EndpointBalance balance = fleet.Balance(BalancingStrategy.PrefixAffinity);
        return [.. Enumerable.Range(0, Sessions).Select(session => fleet.First(balance, XxHash64.Hash(BitConverter.GetBytes(session))).Id)];
    }
}
