namespace Gateway.Health;

/// <summary>Something that operators want to know about a replica.</summary>
/// <param name="Provider">Its name in the configuration.</param>
/// <param name="Replica">The replica's id; empty when all of the provider's are meant.</param>
/// <param name="Event">What happened.</param>
/// <param name="Reason">Why; ejections only.</param>
/// <param name="Duration">For how long; ejections and rejected credentials only.</param>
internal readonly record struct HealthChange(string Provider, string Replica, HealthEvent Event, FailureReason Reason, TimeSpan Duration)
{
    /// <summary>The label <c>reason</c> of <c>gateway_replica_ejections_total</c>.</summary>
    internal string ReasonLabel => Reason switch
    {
        FailureReason.Unreachable => "unreachable",
        FailureReason.ServerError => "server_error",
        FailureReason.Timeout => "timeout",
        FailureReason.Incomplete => "incomplete",
        _ => "invalid_response",
    };
}
