namespace Gateway.Telemetry;

/// <summary>What a replica carries at this moment, for <c>gateway_replica_inflight</c> and <c>gateway_replica_up</c>.</summary>
/// <param name="Provider">Provider name of the configuration.</param>
/// <param name="Replica">Replica id, <c>provider-N</c>.</param>
/// <param name="Inflight">Attempts that hold a lease on it.</param>
/// <param name="IsUp">Neither drained nor unhealthy nor ejected.</param>
internal readonly record struct ReplicaLoad(string Provider, string Replica, long Inflight, bool IsUp = true);
