using Gateway.Health;

namespace Gateway.Tests.Health;

/// <summary>At least one and at most half of a provider's replicas are ejected at once, and when all may be.</summary>
public sealed class EjectionLimitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    public void Failed_AllReplicasByErrors_AtMostHalfAreEjected(int count, int expected)
    {
        Replicas replicas = new(count);
        foreach (ReplicaHealth replica in replicas.All)
            Replicas.Fail(replica, times: 10);
        Assert.Equal(expected, replicas.Ejected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Failed_WithAnAlternative_AllAreEjected(int count)
    {
        Replicas replicas = new(count);
        foreach (ReplicaHealth replica in replicas.All)
            Replicas.Fail(replica, hasAlternative: true);
        Assert.Equal(count, replicas.Ejected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Failed_AllRefuseConnections_AllAreEjected(int count)
    {
        Replicas replicas = new(count);
        for (int i = 0; i < 3; i++)
        {
            foreach (ReplicaHealth replica in replicas.All)
                replica.Failed(Replicas.Refused, false);
        }

        Assert.Equal(count, replicas.Ejected);
    }

    [Fact]
    public void Failed_OneOfThemFailsOtherwise_TheLimitHolds()
    {
        Replicas replicas = new(3);
        Replicas.Fail(replicas[0], Replicas.Refused);
        Replicas.Fail(replicas[1], Replicas.Error);
        Replicas.Fail(replicas[2], Replicas.Refused, times: 10);
        Assert.Equal(1, replicas.Ejected);
    }

    [Fact]
    public void Failed_OneOfThemAnswers_TheLimitHolds()
    {
        Replicas replicas = new(3);
        replicas[1].Succeeded();
        Replicas.Fail(replicas[0], Replicas.Refused);
        Replicas.Fail(replicas[2], Replicas.Refused, times: 10);
        Assert.Equal(1, replicas.Ejected);
    }

    [Fact]
    public void Failed_OthersRefuseOrAreUnhealthy_AllAreEjected()
    {
        Replicas replicas = new(3);
        replicas[2].Probed(false);
        Replicas.Fail(replicas[0], Replicas.Refused);
        Replicas.Fail(replicas[1], Replicas.Refused);
        Assert.Equal(2, replicas.Ejected);
    }

    [Fact]
    public void Failed_TrialDueElsewhere_KeepsThatPlaceTaken()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas[0]);
        replicas.Advance(5);
        Assert.Equal(ReplicaCondition.TrialDue, replicas[0].Condition);
        Replicas.Fail(replicas[1]);
        Assert.Equal(ReplicaCondition.Usable, replicas[1].Condition);

        replicas.Recover(replicas[0]);
        replicas[1].Failed(Replicas.Error, false);
        Assert.Equal(ReplicaCondition.Ejected, replicas[1].Condition);
    }

    [Fact]
    public void Remove_Replica_NoLongerCounts()
    {
        Replicas replicas = new(4);
        Replicas.Fail(replicas[0]);
        replicas.Provider.Remove(replicas[2]);
        replicas.Provider.Remove(replicas[3]);
        Replicas.Fail(replicas[1]);
        Assert.Equal(1, replicas.Ejected);
        replicas.Provider.Remove(replicas[0]);
        replicas[1].Failed(Replicas.Error, false);
        Assert.Equal(ReplicaCondition.Ejected, replicas[1].Condition);
    }

    [Fact]
    public void Failed_ParallelFailuresOfAll_TheLimitHolds()
    {
        for (int round = 0; round < 50; round++)
        {
            Replicas replicas = new(6);
            Parallel.For(0, 60, i => replicas[i % 6].Failed(Replicas.Error, false));
            Assert.Equal(3, replicas.Ejected);
        }
    }
}
