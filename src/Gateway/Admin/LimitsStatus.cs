using System.Text.Json;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Admin;

/// <summary>The <c>limits</c> of <c>GET /admin/status</c>: one entry for each limit that is configured, as this gateway counts it.</summary>
internal sealed class LimitsStatus(Func<Snapshot> current, LocalLimits limits)
{
    internal void Write(Utf8JsonWriter json)
    {
        Snapshot snapshot = current();
        json.WriteStartArray("limits"u8);
        foreach (LimitScope scope in snapshot.Access.KeyLimits)
            Write(json, scope, waiting: 0);
        foreach (Router router in snapshot.Routers.Values)
            Write(json, router.RateLimit, waiting: 0);
        foreach (Provider provider in snapshot.Providers)
            Write(json, provider.Gate?.Scope, provider.Gate?.Waiting ?? 0);
        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, LimitScope? scope, int waiting)
    {
        if (scope is null)
            return;
        (LimitStanding? requests, LimitStanding? tokens, int inflight) = limits.Read(scope);
        LimitOptions options = scope.Options;
        if (requests is { } ofRequests)
            WriteOne(json, scope, LimitKind.RequestsPerMinute, ofRequests.Limit, ofRequests.Remaining, inflight, waiting);
        if (tokens is { } ofTokens)
            WriteOne(json, scope, LimitKind.TokensPerMinute, ofTokens.Limit, ofTokens.Remaining, inflight, waiting);
        if (options.ConcurrentRequests is { } slots)
            WriteOne(json, scope, LimitKind.ConcurrentRequests, slots, Math.Max(0, slots - inflight), inflight, waiting);
    }

    private static void WriteOne(Utf8JsonWriter json, LimitScope scope, LimitKind kind, long limit, long remaining, int inflight, int waiting)
    {
        json.WriteStartObject();
        json.WriteString("owner"u8, scope.Owner switch { LimitOwner.Key => "key", LimitOwner.Router => "router", _ => "provider" });
        json.WriteString("name"u8, scope.Name);
        json.WriteString("kind"u8, FailureTable.Of(LimitFailures.CodeOf(kind)).Code);
        json.WriteNumber("limit"u8, limit);
        json.WriteNumber("remaining"u8, remaining);
        json.WriteNumber("inflight"u8, inflight);
        json.WriteNumber("queued"u8, waiting);
        json.WriteEndObject();
    }
}
