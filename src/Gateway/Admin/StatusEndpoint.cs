using System.Text.Json;
using Gateway.Caching;
using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Streaming;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary><c>GET /admin/status</c>: what runs, since when, what is open, and the state of every replica.</summary>
internal sealed class StatusEndpoint(
    Func<IReadOnlyList<Provider>> providers, Func<IReadOnlyList<Replica>> leaving, GatewayMetrics metrics, TimeProvider time, LimitsStatus? limits = null, ResponseCache? cache = null)
{
    private readonly long _started = time.GetTimestamp();

    internal Task WriteAsync(HttpContext http)
    {
        // Before this answer rents its own.
        long rented = RentedBuffers.Pool.Outstanding;
        return AdminJson.WriteAsync(http, json => Write(json, rented));
    }

    private void Write(Utf8JsonWriter json, long rented)
    {
        json.WriteStartObject();
        json.WriteString("version"u8, ProductName.Version);
        json.WriteNumber("uptime_seconds"u8, Math.Floor(time.GetElapsedTime(_started).TotalSeconds));
        WriteOpen(json, rented);
        json.WriteStartArray("replicas"u8);
        foreach (Replica replica in Replicas)
            ReplicaStatus.Write(json, replica);
        foreach (Replica replica in leaving())
            ReplicaStatus.Write(json, replica, isLeaving: true);
        json.WriteEndArray();
        limits?.Write(json);
        if (cache is not null)
            WriteCache(json, cache.Store.Status, cache.Flights.Status);
        json.WriteEndObject();
    }

    private static void WriteCache(Utf8JsonWriter json, StoreStatus kept, FlightStatus flights)
    {
        json.WriteStartObject("cache"u8);
        json.WriteNumber("entries"u8, kept.Entries);
        json.WriteNumber("bytes"u8, kept.Bytes);
        json.WriteNumber("calls"u8, flights.Calls);
        json.WriteNumber("waiters"u8, flights.Waiters);
        json.WriteEndObject();
    }

    private IEnumerable<Replica> Replicas => providers().SelectMany(provider => provider.Replicas);

    /// <summary>All zero in a gateway that has nothing to do, but for connections that wait to be used again.</summary>
    private void WriteOpen(Utf8JsonWriter json, long rented)
    {
        Replica[] open = [.. Replicas, .. leaving()];
        json.WriteStartObject("open"u8);
        json.WriteNumber("requests"u8, metrics.ActiveRequests);
        json.WriteNumber("streams"u8, metrics.ActiveStreams);
        json.WriteNumber("attempts"u8, open.Sum(static replica => replica.Inflight));
        json.WriteNumber("connections"u8, open.Sum(static replica => replica.Pool.OpenConnections));
        json.WriteNumber("idle_connections"u8, open.Sum(static replica => replica.Pool.IdleConnections));
        json.WriteNumber("rented_buffers"u8, rented);
        json.WriteEndObject();
    }
}
