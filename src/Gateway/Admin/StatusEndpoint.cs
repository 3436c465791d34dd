using System.Text.Json;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>GET /admin/status</c>: what runs, since when, and the state of every replica.</summary>
internal sealed class StatusEndpoint(IReadOnlyList<Provider> providers, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    internal Task WriteAsync(HttpContext http) => AdminJson.WriteAsync(http, Write);

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version"u8, ProductName.Version);
        json.WriteNumber("uptime_seconds"u8, Math.Floor(time.GetElapsedTime(_started).TotalSeconds));
        json.WriteStartArray("replicas"u8);
        foreach (Replica replica in providers.SelectMany(provider => provider.Replicas))
            ReplicaStatus.Write(json, replica);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
