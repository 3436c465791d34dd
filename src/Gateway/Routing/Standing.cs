using Gateway.Health;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>A replica's health as one request saw it: read once, since it may change while candidates are put in order.</summary>
/// <param name="Condition">What a new request may do with the replica.</param>
/// <param name="Share">Of its usual requests, during a slow start.</param>
/// <param name="LastEjected">A timestamp; 0: never.</param>
internal readonly record struct Standing(ReplicaCondition Condition, double Share, long LastEjected)
{
    internal static Standing Of(Replica replica)
    {
        ReplicaCondition condition = replica.Health.Condition;
        return condition switch
        {
            ReplicaCondition.SlowStart => new(condition, replica.Health.Share, 0),
            ReplicaCondition.Ejected => new(condition, 0, replica.Health.LastEjected),
            _ => new(condition, 1, 0),
        };
    }
}
