using Gateway.Configuration;
using Gateway.Health;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Health;

/// <summary>When a replica is ejected, for how long, and how it comes back.</summary>
public sealed class EjectionTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Failed_InARow_EjectsAtEjectAfter(int failures, bool isEjected)
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One, times: failures);
        Assert.Equal(isEjected ? ReplicaCondition.Ejected : ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Equal(isEjected, !replicas.One.IsUp);
    }

    [Fact]
    public void Failed_EjectAfterOne_EjectsAtOnce()
    {
        Replicas replicas = new(2, options: new HealthOptions { EjectAfter = 1 });
        replicas.One.Failed(Replicas.Error, false);
        Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
    }

    [Fact]
    public void Succeeded_BetweenFailures_BeginsTheRowAgain()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One, times: 2);
        replicas.One.Succeeded();
        Replicas.Fail(replicas.One, times: 2);
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
    }

    [Fact]
    public void Answered_BetweenFailures_DoesNotBeginTheRowAgain()
    {
        Replicas replicas = new(2);
        for (int i = 0; i < 3; i++)
        {
            replicas.One.Answered();
            replicas.One.Failed(FailureReason.Incomplete, false);
        }

        Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
    }

    [Theory]
    [InlineData(9, 10, false)] // 19 outcomes say nothing
    [InlineData(10, 10, false)] // 50 %
    [InlineData(9, 11, true)] // 55 % of 20
    [InlineData(50, 50, false)]
    [InlineData(49, 51, true)] // 51 %
    public void Failed_ShareOfAtLeastTwenty_EjectsAboveHalf(int succeeded, int failed, bool isEjected)
    {
        Replicas replicas = new(2, options: new HealthOptions { EjectAfter = 1000 });
        for (int i = 0; i < succeeded; i++)
            replicas.One.Succeeded();
        Replicas.Fail(replicas.One, times: failed);
        Assert.Equal(isEjected, replicas.One.Condition == ReplicaCondition.Ejected);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void Failed_OutcomesOlderThanHalfAMinute_DoNotCount(int secondsLater, bool isEjected)
    {
        Replicas replicas = new(2, options: new HealthOptions { EjectAfter = 100 });
        Replicas.Fail(replicas.One, times: 19);
        replicas.Advance(secondsLater);
        replicas.One.Failed(Replicas.Error, false);
        Assert.Equal(isEjected, replicas.One.Condition == ReplicaCondition.Ejected);
    }

    [Fact]
    public void Ejection_WhileItKeepsFailing_DoublesFromFiveToTwentySeconds()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        foreach (int seconds in (int[])[5, 10, 20, 20, 20])
        {
            Assert.Equal(seconds, replicas.One.EjectedFor.TotalSeconds);
            replicas.Advance(seconds - 0.001);
            Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
            replicas.Advance(0.001);
            Assert.Equal(ReplicaCondition.TrialDue, replicas.One.Condition);
            Assert.True(replicas.One.TryBeginTrial());
            replicas.One.Failed(Replicas.Error, false);
            Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
        }

        Assert.Equal([5, 10, 20, 20, 20, 20], replicas.Changes.Where(change => change.Event == HealthEvent.Ejected).Select(change => change.Duration.TotalSeconds));
    }

    [Theory]
    [InlineData(20, 10)] // 5 s of slow start and 20 s: not well for long enough
    [InlineData(25, 5)]
    public void Ejection_AfterAWhileInPeace_BeginsWithFiveSecondsAgain(int peace, int expected)
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        replicas.Recover(replicas.One);
        replicas.Advance(peace);
        Replicas.Fail(replicas.One);
        Assert.Equal(expected, replicas.One.EjectedFor.TotalSeconds);
    }

    [Fact]
    public void Probed_Passing_DoesNotEndAnEjection()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        for (int i = 0; i < 10; i++)
            replicas.One.Probed(true);
        Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
        Assert.Equal(5, replicas.One.EjectedFor.TotalSeconds);
    }

    [Fact]
    public void Answered_WhileTheTimeRuns_DoesNotEndAnEjection()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.One.Answered();
        replicas.One.Succeeded();
        Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
    }

    [Fact]
    public void Failed_OlderRequestsOfAnEjectedReplica_ChangeNothing()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        Replicas.Fail(replicas.One, times: 10);
        Assert.Equal(5, replicas.One.EjectedFor.TotalSeconds);
        replicas.Advance(5);
        Replicas.Fail(replicas.One, times: 10);
        Assert.Equal(ReplicaCondition.TrialDue, replicas.One.Condition);
    }

    [Fact]
    public void TryBeginTrial_ManyCallers_OneGetsIt()
    {
        Replicas replicas = new(2);
        for (int round = 0; round < 20; round++)
        {
            Replicas.Fail(replicas.One);
            Assert.False(replicas.One.TryBeginTrial());
            replicas.Time.Advance(replicas.One.EjectedFor);
            int claimed = 0;
            Parallel.For(0, 64, _ => Interlocked.Add(ref claimed, replicas.One.TryBeginTrial() ? 1 : 0));
            Assert.Equal(1, claimed);
            Assert.Equal(ReplicaCondition.Ejected, replicas.One.Condition);
            replicas.One.Answered();
            replicas.One.Succeeded();
        }
    }

    [Fact]
    public void AbandonTrial_Claimed_IsDueAgain()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.AbandonTrial();
        Assert.Equal(ReplicaCondition.TrialDue, replicas.One.Condition);
        Assert.True(replicas.One.TryBeginTrial());
    }

    [Fact]
    public void Trial_ThatNobodyEnds_IsForgotten()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.Time.Advance(Ejection.LongestTrial - TimeSpan.FromTicks(1));
        Assert.False(replicas.One.TryBeginTrial());
        replicas.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(ReplicaCondition.TrialDue, replicas.One.Condition);
        Assert.True(replicas.One.TryBeginTrial());
    }

    [Fact]
    public void Answered_OnTrial_StartsSlowly()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.Answered();

        foreach (double share in (double[])[0.2, 0.36, 0.52, 0.68, 0.84])
        {
            Assert.Equal(ReplicaCondition.SlowStart, replicas.One.Condition);
            Assert.Equal(share, replicas.One.Share, 6);
            replicas.Advance(1);
        }

        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Equal(1, replicas.One.Share);
        Assert.Equal([HealthEvent.Ejected, HealthEvent.Recovered], replicas.Changes.Select(change => change.Event));
    }

    [Fact]
    public void Succeeded_OnTrialWithoutContent_EndsItWell()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.Succeeded();
        Assert.Equal(ReplicaCondition.SlowStart, replicas.One.Condition);
    }

    [Fact]
    public void Failed_AfterTheTrialsFirstContent_EjectsAtOnceForLonger()
    {
        Replicas replicas = new(2);
        Replicas.Fail(replicas.One);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.Answered();
        replicas.One.Failed(FailureReason.Incomplete, false);
        Assert.Equal(10, replicas.One.EjectedFor.TotalSeconds);
    }

    [Fact]
    public void Answered_AfterEjectionByRate_IsJudgedAfresh()
    {
        Replicas replicas = new(2, options: new HealthOptions { EjectAfter = 100 });
        Replicas.Fail(replicas.One, times: 20);
        replicas.Advance(5);
        Assert.True(replicas.One.TryBeginTrial());
        replicas.One.Succeeded();
        Replicas.Fail(replicas.One, times: 5);
        Assert.Equal(ReplicaCondition.SlowStart, replicas.One.Condition);
    }

    [Fact]
    public void LastEjected_NeverAndOnce_IsATimestamp()
    {
        Replicas replicas = new(4);
        Assert.Equal(0, replicas.One.LastEjected);
        Replicas.Fail(replicas[1]); // at the clock's zero
        Assert.NotEqual(0, replicas[1].LastEjected);
        replicas.Advance(1);
        Replicas.Fail(replicas.One);
        Assert.True(replicas.One.LastEjected > replicas[1].LastEjected);
    }

    /// <summary>Failures for 60 s, then well again: full traffic within 30 s.</summary>
    [Fact]
    public void Flapping_AfterItsEnd_IsBackWithinThirtySeconds()
    {
        Replicas replicas = new(2);
        SteppedTimeProvider time = replicas.Time;
        Replicas.Fail(replicas.One);
        long end = time.GetTimestamp() + TimeSpan.FromSeconds(60).Ticks;
        while (time.GetTimestamp() < end)
        {
            replicas.Advance(0.5);
            if (replicas.One.Condition == ReplicaCondition.TrialDue && replicas.One.TryBeginTrial())
                replicas.One.Failed(Replicas.Error, false);
        }

        int halfSeconds = 0;
        for (; replicas.One.Condition != ReplicaCondition.Usable; halfSeconds++)
        {
            if (replicas.One.Condition == ReplicaCondition.TrialDue && replicas.One.TryBeginTrial())
                replicas.One.Succeeded();
            replicas.Advance(0.5);
        }

        Assert.InRange(halfSeconds, 1, 60);
    }
}
