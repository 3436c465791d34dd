using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Telemetry;

internal sealed partial class GatewayMetrics
{
    private readonly Meter _meter;
    private Counter<long> _requests;
    private Histogram<double> _requestDuration;
    private Histogram<double> _timeToFirstToken;
    private Histogram<double> _interTokenLatency;
    private Histogram<double> _overhead;
    private Counter<long> _tokens;
    private Counter<long> _attempts;
    private Counter<long> _retries;
    private Counter<long> _fallbacks;
    private Counter<long> _hedges;
    private Counter<long> _resumes;
    private Counter<long> _rejections;
    private Counter<long> _ejections;
    private Counter<long> _keepalives;
    private Counter<long> _malformedEvents;
    private Counter<long> _clientDisconnects;
    private Counter<long> _tokenRefreshes;
    private Counter<long> _configReloads;
    private Counter<long> _redisErrors;
    private Counter<long> _cacheRequests;

    [MemberNotNull(nameof(_requests), nameof(_requestDuration), nameof(_timeToFirstToken), nameof(_interTokenLatency), nameof(_overhead), nameof(_tokens))]
    [MemberNotNull(nameof(_attempts), nameof(_retries), nameof(_fallbacks), nameof(_hedges), nameof(_resumes), nameof(_rejections), nameof(_ejections), nameof(_keepalives), nameof(_malformedEvents), nameof(_clientDisconnects))]
    [MemberNotNull(nameof(_tokenRefreshes), nameof(_configReloads), nameof(_redisErrors), nameof(_cacheRequests))]
    private void CreateInstruments()
    {
        _requests = _meter.CreateCounter<long>("gateway_requests", null, "Finished requests.");
        _requestDuration = _meter.CreateHistogram<double>("gateway_request_duration", "s", "From the request's first byte to the answer's last.");
        _timeToFirstToken = _meter.CreateHistogram<double>("gateway_time_to_first_token", "s", "From the request's first byte to the first content of a stream.");
        _interTokenLatency = _meter.CreateHistogram<double>("gateway_inter_token_latency", "s", "Between two reads of a stream that carried content.");
        _overhead = _meter.CreateHistogram<double>("gateway_overhead", "s", "Wall time of a request not spent waiting on upstream or client.");
        _tokens = _meter.CreateCounter<long>("gateway_tokens", null, "Tokens, as the upstream reported them or estimated by content chunks.");
        _attempts = _meter.CreateCounter<long>("gateway_upstream_attempts", null, "Attempts at a replica.");
        _retries = _meter.CreateCounter<long>("gateway_retries", null, "Attempts after the first, by the result of the one before.");
        _fallbacks = _meter.CreateCounter<long>("gateway_fallbacks", null, "Attempts at another provider than the one before.");
        _hedges = _meter.CreateCounter<long>("gateway_hedges", null, "Second requests for the same answer, by how they ended.");
        _ejections = _meter.CreateCounter<long>("gateway_replica_ejections", null, "Ejections of a replica because its requests failed.");
        _rejections = _meter.CreateCounter<long>("gateway_ratelimit_rejections", null, "Requests, or attempts at a provider, that a rate limit of this gateway had no room for.");
        _resumes = _meter.CreateCounter<long>("gateway_resumes", null, "Broken streams that another replica was asked to go on with.");
        _keepalives = _meter.CreateCounter<long>("gateway_keepalives", null, "Keepalive frames sent to clients.");
        _malformedEvents = _meter.CreateCounter<long>("gateway_malformed_events", null, "Events of a stream that were dropped because they could not be read.");
        _clientDisconnects = _meter.CreateCounter<long>("gateway_client_disconnects", null, "Clients that left before their answer was complete.");
        _tokenRefreshes = _meter.CreateCounter<long>("gateway_oauth_refreshes", null, "Access tokens asked for at a provider's token service.");
        _configReloads = _meter.CreateCounter<long>("gateway_config_reloads", null, "Loads of the configuration after the first, by result.");
        _cacheRequests = _meter.CreateCounter<long>("gateway_cache_requests", null, "Requests by how they met the response cache.");
        _meter.CreateObservableGauge("gateway_cache_entries", () => Volatile.Read(ref _cache)?.Invoke().Entries ?? 0, null, "Answers in memory.");
        _meter.CreateObservableGauge("gateway_cache_bytes", () => Volatile.Read(ref _cache)?.Invoke().Bytes ?? 0, null, "Memory that cached answers take.");
        _redisErrors = _meter.CreateCounter<long>("gateway_redis_errors", null, "Commands to Redis that failed or were not sent because it is down, and connections that did not come about.");
        CreateObservables();
    }

    private void CreateObservables()
    {
        _meter.CreateObservableGauge("gateway_active_requests", ObserveActiveRequests, null, "Requests being served.");
        _meter.CreateObservableGauge("gateway_active_streams", () => ActiveStreams, null, "Streams being relayed.");
        _meter.CreateObservableGauge("gateway_replica_inflight", ObserveReplicaInflight, null, "Attempts under way at a replica.");
        _meter.CreateObservableGauge("gateway_replica_up", ObserveReplicaUp, null, "Whether a replica is neither drained nor unhealthy nor ejected: 1 or 0.");
        _meter.CreateObservableCounter("gateway_access_log_dropped", () => AccessLogDropped, null, "Access log lines dropped because standard output was slow.");
        var build = BuildInfo();
        _meter.CreateObservableGauge("gateway_build_info", () => build, null, "What is running; always 1.");
    }

    private IEnumerable<Measurement<long>> ObserveActiveRequests()
    {
        // Observable instruments are asked at the beginning of a collection, before it looks at what was counted.
        FlushSeries();
        for (var i = 0; i < _activeRequests.Length; i++)
        {
            yield return new(Interlocked.Read(ref _activeRequests[i]), new KeyValuePair<string, object?>("endpoint", MetricLabels.EndpointAt(i)));
        }
    }

    private IEnumerable<Measurement<long>> ObserveReplicaInflight()
    {
        foreach (var load in Volatile.Read(ref _replicas)?.Invoke() ?? [])
            yield return new(load.Inflight, new KeyValuePair<string, object?>("provider", load.Provider), new("replica", load.Replica));
    }

    private IEnumerable<Measurement<long>> ObserveReplicaUp()
    {
        foreach (var load in Volatile.Read(ref _replicas)?.Invoke() ?? [])
            yield return new(load.IsUp ? 1 : 0, new KeyValuePair<string, object?>("provider", load.Provider), new("replica", load.Replica));
    }

    private static Measurement<long> BuildInfo()
    {
        var version = typeof(GatewayMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var aot = RuntimeFeature.IsDynamicCodeSupported ? "false" : "true";
        return new(
            1,
            new KeyValuePair<string, object?>("version", version),
            new("framework", RuntimeInformation.FrameworkDescription),
            new("aot", aot));
    }
}
