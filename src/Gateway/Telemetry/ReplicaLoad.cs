namespace Gateway.Telemetry;

/// <summary>What a replica carries at this moment, for <c>gateway_replica_inflight</c>.</summary>
/// <param name="Provider">Provider name of the configuration.</param>
/// <param name="Replica">Replica id, <c>provider-N</c>.</param>
/// <param name="Inflight">Attempts that hold a lease on it.</param>
internal readonly record struct ReplicaLoad(string Provider, string Replica, long Inflight);
