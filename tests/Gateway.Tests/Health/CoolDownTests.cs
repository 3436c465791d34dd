using Gateway.Health;

namespace Gateway.Tests.Health;

/// <summary>Pauses that an upstream asks for: 429, 529.</summary>
public sealed class CoolDownTests
{
    [Fact]
    public void CoolDown_WithATime_LastsThatLongWithoutEjection()
    {
        Replicas replicas = new(2);
        replicas.One.CoolDown(TimeSpan.FromSeconds(2), isRateLimit: true);
        Assert.Equal(ReplicaCondition.Cooling, replicas.One.Condition);
        Assert.True(replicas.One.IsUp);
        Assert.True(replicas.One.IsRateLimited);
        Assert.Equal(2, replicas.One.CoolingFor.TotalSeconds);
        Assert.Equal(ReplicaCondition.Usable, replicas[1].Condition);

        replicas.Advance(2);
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Equal(TimeSpan.Zero, replicas.One.CoolingFor);
        Assert.Equal(0, replicas.One.LastEjected);
        Assert.Empty(replicas.Changes);
    }

    [Fact]
    public void CoolDown_ALaterShorterOne_DoesNotShorten()
    {
        Replicas replicas = new(2);
        replicas.One.CoolDown(TimeSpan.FromSeconds(20), isRateLimit: false);
        replicas.One.CoolDown(TimeSpan.FromSeconds(1), isRateLimit: true);
        Assert.Equal(20, replicas.One.CoolingFor.TotalSeconds);
        Assert.False(replicas.One.IsRateLimited);
        replicas.One.CoolDown(TimeSpan.FromSeconds(25), isRateLimit: true);
        Assert.Equal(25, replicas.One.CoolingFor.TotalSeconds);
        Assert.True(replicas.One.IsRateLimited);
    }

    [Fact]
    public void CoolDown_WithoutATime_DoublesToThirtySecondsWithJitter()
    {
        Replicas replicas = new(2);
        List<double> waits = [];
        for (int i = 0; i < 7; i++)
        {
            replicas.One.CoolDown(null, isRateLimit: false);
            waits.Add(replicas.One.CoolingFor.TotalSeconds);
            replicas.Time.Advance(replicas.One.CoolingFor);
        }

        double[] longest = [1, 2, 4, 8, 16, 30, 30];
        Assert.All(waits.Zip(longest), wait => Assert.InRange(wait.First, wait.Second * 0.8, wait.Second));
        Assert.Equal(waits.Count, waits.Distinct().Count());
        Assert.False(replicas.One.IsRateLimited);
    }

    [Fact]
    public void CoolDown_ABurstWithoutATime_CountsOnce()
    {
        Replicas replicas = new(2);
        for (int i = 0; i < 50; i++)
            replicas.One.CoolDown(null, isRateLimit: false);
        Assert.InRange(replicas.One.CoolingFor.TotalSeconds, 0.8, 1);
    }

    [Fact]
    public void Succeeded_BetweenCoolDowns_BeginsWithASecondAgain()
    {
        Replicas replicas = new(2);
        for (int i = 0; i < 4; i++)
        {
            replicas.One.CoolDown(null, isRateLimit: false);
            replicas.Time.Advance(replicas.One.CoolingFor);
            replicas.One.Succeeded();
        }

        replicas.One.CoolDown(null, isRateLimit: false);
        Assert.InRange(replicas.One.CoolingFor.TotalSeconds, 0.8, 1);
    }

    [Fact]
    public void Succeeded_DuringACoolDown_DoesNotEndIt()
    {
        Replicas replicas = new(2);
        replicas.One.CoolDown(TimeSpan.FromSeconds(3), isRateLimit: true);
        replicas.One.Succeeded();
        Assert.Equal(ReplicaCondition.Cooling, replicas.One.Condition);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)] // overload is the replica's own
    [InlineData(false, true, false)] // without a key each replica has its own limit
    public void CoolDown_KeyedProvider_TheWholeProviderRestsForARateLimit(bool isKeyed, bool isRateLimit, bool othersRest)
    {
        Replicas replicas = new(3, isKeyed);
        replicas.One.CoolDown(TimeSpan.FromSeconds(4), isRateLimit);
        Assert.Equal(ReplicaCondition.Cooling, replicas.One.Condition);
        Assert.Equal(othersRest ? ReplicaCondition.Cooling : ReplicaCondition.Usable, replicas[1].Condition);
        Assert.Equal(othersRest ? 4 : 0, replicas[2].CoolingFor.TotalSeconds);
        Assert.Equal(isRateLimit, replicas.One.IsRateLimited);
    }

    [Fact]
    public void CoolDown_OwnAndProviders_TheLongerOneHolds()
    {
        Replicas replicas = new(2, isKeyed: true);
        replicas.One.CoolDown(TimeSpan.FromSeconds(9), isRateLimit: false);
        replicas[1].CoolDown(TimeSpan.FromSeconds(3), isRateLimit: true);
        Assert.Equal(9, replicas.One.CoolingFor.TotalSeconds);
        Assert.False(replicas.One.IsRateLimited);
        Assert.Equal(3, replicas[1].CoolingFor.TotalSeconds);
        Assert.True(replicas[1].IsRateLimited);
    }

    [Fact]
    public void CoolDown_OnTrial_IsNoVerdictAndTheTrialWaitsForItsEnd()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.CoolDown(TimeSpan.FromSeconds(2), isRateLimit: true);
        Assert.Equal(ReplicaCondition.Cooling, replicas.One.Condition);
        replicas.Advance(2);
        Assert.Equal(ReplicaCondition.TrialDue, replicas.One.Condition);
        Assert.True(replicas.One.TryBeginTrial());
    }

    [Fact]
    public void CredentialsRejected_ByOneReplica_AllAreUnhealthyForHalfAMinute()
    {
        Replicas replicas = new(2, isKeyed: true);
        replicas.One.CredentialsRejected();
        replicas.One.CredentialsRejected();
        replicas[1].Succeeded();
        Assert.All(replicas.All, replica => Assert.Equal(ReplicaCondition.Unhealthy, replica.Condition));
        Assert.Equal(HealthEvent.CredentialsRejected, Assert.Single(replicas.Changes).Event);

        replicas.Time.Advance(ProviderHealth.RejectionTime);
        Assert.All(replicas.All, replica => Assert.Equal(ReplicaCondition.Usable, replica.Condition));
    }
}
