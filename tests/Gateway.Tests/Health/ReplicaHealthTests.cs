using Gateway.Configuration;
using Gateway.Health;
using TestKit.Memory;

namespace Gateway.Tests.Health;

/// <summary>Probes, draining, and which of several conditions counts.</summary>
public sealed class ReplicaHealthTests
{
    [Fact]
    public void Condition_NeverProbed_IsUsable() => Assert.Equal(ReplicaCondition.Usable, new Replicas(1).One.Condition);

    [Fact]
    public void Probed_FirstOneFails_IsUnhealthyAtOnce()
    {
        Replicas replicas = new(1);
        replicas.One.Probed(false);
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
    }

    [Fact]
    public void Probed_FailingLater_IsUnhealthyAfterThreeInARow()
    {
        Replicas replicas = new(1);
        Probe(replicas.One, "+--+--");
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Probe(replicas.One, "-");
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
    }

    [Fact]
    public void Probed_PassingAgain_IsHealthyAfterTwoInARow()
    {
        Replicas replicas = new(1);
        Probe(replicas.One, "-+-+");
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
        Probe(replicas.One, "+");
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Equal([HealthEvent.Unhealthy, HealthEvent.Healthy], replicas.Changes.Select(change => change.Event));
        Assert.All(replicas.Changes, change => Assert.Equal("p-1", change.Replica));
    }

    [Fact]
    public void Probed_ThresholdsOfTheConfiguration_Hold()
    {
        Replicas replicas = new(1, options: new HealthOptions { HealthyAfter = 1, UnhealthyAfter = 5 });
        Probe(replicas.One, "+----");
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Probe(replicas.One, "-");
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
        Probe(replicas.One, "+");
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
    }

    [Fact]
    public void Drain_AndUndrain_AreSeenAndReportedOnce()
    {
        Replicas replicas = new(1);
        replicas.One.Drain();
        replicas.One.Drain();
        Assert.Equal(ReplicaCondition.Drained, replicas.One.Condition);
        Assert.True(replicas.One.IsDrained);
        replicas.One.Undrain();
        replicas.One.Undrain();
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Equal([HealthEvent.Drained, HealthEvent.Undrained], replicas.Changes.Select(change => change.Event));
    }

    [Fact]
    public void Condition_SeveralAtOnce_TheGravestCounts()
    {
        Replicas replicas = new(2);
        ReplicaHealth replica = replicas.One;
        replica.CoolDown(TimeSpan.FromMinutes(1), isRateLimit: false);
        Assert.Equal(ReplicaCondition.Cooling, replica.Condition);
        Replicas.Fail(replica);
        Assert.Equal(ReplicaCondition.Ejected, replica.Condition);
        replica.Probed(false);
        Assert.Equal(ReplicaCondition.Unhealthy, replica.Condition);
        replica.Drain();
        Assert.Equal(ReplicaCondition.Drained, replica.Condition);
        replica.Undrain();
        Probe(replica, "++");
        Assert.Equal(ReplicaCondition.Ejected, replica.Condition);
    }

    [Theory]
    [InlineData(FailureReason.Unreachable, "unreachable")]
    [InlineData(FailureReason.ServerError, "server_error")]
    [InlineData(FailureReason.Timeout, "timeout")]
    [InlineData(FailureReason.Incomplete, "incomplete")]
    [InlineData(FailureReason.InvalidResponse, "invalid_response")]
    public void Ejected_Reason_IsALabel(object reason, string label)
    {
        Replicas replicas = new(1);
        Replicas.Fail(replicas.One, (FailureReason)reason);
        HealthChange change = Assert.Single(replicas.Changes);
        Assert.Equal(("p", "p-1", HealthEvent.Ejected, label), (change.Provider, change.Replica, change.Event, change.ReasonLabel));
    }

    [Fact]
    public void Condition_AndSuccess_AllocateNothing()
    {
        Replicas replicas = new(2);
        replicas.One.CoolDown(null, isRateLimit: false);
        long allocated = AllocatedBytes.LowestOf(() =>
        {
            _ = replicas.One.Condition;
            _ = replicas.One.Share;
            _ = replicas.One.IsUp;
            replicas.One.Answered();
            replicas.One.Succeeded();
        });
        Assert.Equal(0, allocated);
    }

    private static void Probe(ReplicaHealth replica, string results)
    {
        foreach (char result in results)
            replica.Probed(result == '+');
    }
}
