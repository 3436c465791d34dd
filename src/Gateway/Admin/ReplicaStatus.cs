using System.Text.Json;
using Gateway.Health;
using Gateway.Upstream;

namespace Gateway.Admin;

/// <summary>One replica in <c>GET /admin/status</c>: by its id, never its address.</summary>
internal static class ReplicaStatus
{
    internal static void Write(Utf8JsonWriter json, Replica replica, bool isLeaving = false)
    {
        ReplicaHealth health = replica.Health;
        json.WriteStartObject();
        json.WriteString("id"u8, replica.Id);
        json.WriteString("provider"u8, replica.Provider.Name);
        json.WriteString("condition"u8, isLeaving ? "removed" : NameOf(health.Condition));
        json.WriteBoolean("drained"u8, health.IsDrained);
        json.WriteNumber("inflight"u8, replica.Inflight);
        json.WriteNumber("connections"u8, replica.Pool.OpenConnections);
        json.WriteNumber("idle_connections"u8, replica.Pool.IdleConnections);
        json.WriteNumber("ejected_for_seconds"u8, Round(health.EjectedFor.TotalSeconds));
        json.WriteNumber("cooling_for_seconds"u8, Round(health.CoolingFor.TotalSeconds));
        if (replica.Listed is { } listed)
            json.WriteNumber("models"u8, listed.Count);
        else
            json.WriteNull("models"u8);
        json.WriteNumber("latency_ms"u8, Round(replica.Latency.Value.TotalMilliseconds));
        json.WriteEndObject();
    }

    private static double Round(double value) => Math.Round(value, 3);

    private static string NameOf(ReplicaCondition condition) => condition switch
    {
        ReplicaCondition.Usable => "usable",
        ReplicaCondition.SlowStart => "slow_start",
        ReplicaCondition.TrialDue => "trial_due",
        ReplicaCondition.Cooling => "cooling",
        ReplicaCondition.Ejected => "ejected",
        ReplicaCondition.Unhealthy => "unhealthy",
        _ => "drained",
    };
}
