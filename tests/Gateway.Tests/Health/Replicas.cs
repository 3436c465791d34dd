using Gateway.Configuration;
using Gateway.Health;
using Gateway.Tests.Simulator;

namespace Gateway.Tests.Health;

/// <summary>The replicas of one provider, a clock that stands still, and everything that was reported of them.</summary>
internal sealed class Replicas
{
    internal const FailureReason Refused = FailureReason.Unreachable;
    internal const FailureReason Error = FailureReason.ServerError;

    internal Replicas(int count, bool isKeyed = false, HealthOptions? options = null)
    {
        Provider = new("p", options ?? new HealthOptions(), isKeyed, Time, new Random(1), Changes.Add);
        All = [.. Enumerable.Range(1, count).Select(number => Provider.Add($"p-{number}"))];
    }

    internal SteppedTimeProvider Time { get; } = new();

    internal ProviderHealth Provider { get; }

    internal ReplicaHealth[] All { get; }

    internal List<HealthChange> Changes { get; } = [];

    internal ReplicaHealth One => All[0];

    internal ReplicaHealth this[int index] => All[index];

    internal int Ejected => All.Count(replica => replica.Condition == ReplicaCondition.Ejected);

    internal void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets a replica fail often enough to be ejected, if that is allowed.</summary>
    internal static void Fail(ReplicaHealth replica, FailureReason reason = Error, bool hasAlternative = false, int times = 3)
    {
        for (int i = 0; i < times; i++)
            replica.Failed(reason, hasAlternative);
    }

    /// <summary>From an ejection's end to the end of its slow start.</summary>
    internal void Recover(ReplicaHealth replica)
    {
        Assert.Equal(ReplicaCondition.TrialDue, replica.Condition);
        Assert.True(replica.TryBeginTrial());
        replica.Answered();
        replica.Succeeded();
        Time.Advance(Gateway.Health.Ejection.SlowStart);
        Assert.Equal(ReplicaCondition.Usable, replica.Condition);
    }
}
