using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// The meter <c>gateway</c> (README, "Metrics"). Instruments have no <c>_total</c> or <c>_seconds</c>: <see cref="PrometheusName"/> adds them,
/// as every OTLP collector does. Thread-safe; nothing here throws or allocates per request.
/// </summary>
internal sealed partial class GatewayMetrics : IDisposable
{
    internal const string DefaultMeterName = "gateway";

    private readonly long[] _activeRequests = new long[MetricLabels.EndpointCount];
    private readonly ConcurrentDictionary<(string Model, string Provider), InterTokenRecorder> _interToken = new();
    private Func<IEnumerable<ReplicaLoad>>? _replicas;
    private Func<(long Entries, long Bytes)>? _cache;
    private long _activeStreams;
    private long _accessLogDropped;

    /// <param name="meterName">Other than the default only in tests: all meters of one name in a process end up in the same series.</param>
    internal GatewayMetrics(string meterName = DefaultMeterName)
    {
        _meter = new Meter(meterName);
        CreateInstruments();
    }

    internal string MeterName => _meter.Name;

    /// <summary>Lines of the access log that were dropped because standard output did not take them.</summary>
    internal long AccessLogDropped => Interlocked.Read(ref _accessLogDropped);

    /// <summary>Requests being served.</summary>
    internal long ActiveRequests => _activeRequests.Sum();

    /// <summary>Streams being relayed.</summary>
    internal long ActiveStreams => Interlocked.Read(ref _activeStreams);

    /// <param name="endpoint">The same value must be in the outcome given to <see cref="RequestFinished"/>.</param>
    internal void RequestStarted(Endpoint? endpoint) => Interlocked.Increment(ref _activeRequests[MetricLabels.IndexOf(endpoint)]);

    internal void StreamStarted() => Interlocked.Increment(ref _activeStreams);

    internal void StreamEnded() => Interlocked.Decrement(ref _activeStreams);

    internal void AccessLogLineDropped() => Interlocked.Increment(ref _accessLogDropped);

    /// <param name="provider">Provider name of the configuration.</param>
    /// <param name="replica">The replica's id.</param>
    /// <param name="reason">One of a fixed few.</param>
    internal void ReplicaEjected(string provider, string replica, string reason) =>
        _ejections.Add(1, new("provider", provider), new("replica", replica), new("reason", reason));

    /// <param name="provider">Provider name of the configuration.</param>
    /// <param name="succeeded">Whether there is a new access token.</param>
    internal void TokenRefreshed(string provider, bool succeeded) =>
        _tokenRefreshes.Add(1, new("provider", provider), new("result", succeeded ? "success" : "failure"));

    /// <param name="result"><c>success</c>, <c>failure</c> or <c>unchanged</c>.</param>
    internal void ConfigurationReloaded(string result) => _configReloads.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void RedisFailed(int count)
    {
        if (count > 0)
            _redisErrors.Add(count);
    }

    /// <summary>Where <c>gateway_replica_inflight</c> and <c>gateway_replica_up</c> come from; called for each of them once per scrape.</summary>
    internal void ObserveReplicas(Func<IEnumerable<ReplicaLoad>> replicas) => Volatile.Write(ref _replicas, replicas);

    /// <param name="model">The bounded model label (<see cref="RequestOutcome.ModelLabel"/>), never the client's text.</param>
    /// <param name="provider">Provider name of the configuration.</param>
    internal InterTokenRecorder InterToken(string model, string provider) =>
        _interToken.TryGetValue((model, provider), out var recorder)
            ? recorder
            : _interToken.GetOrAdd((model, provider), static (key, histogram) => new(histogram, key.Model, key.Provider), _interTokenLatency);

    /// <summary>Records everything that one finished request tells; once per request, after its outcome is complete.</summary>
    internal void RequestFinished(RequestOutcome outcome)
    {
        Interlocked.Decrement(ref _activeRequests[MetricLabels.IndexOf(outcome.Endpoint)]);
        var endpoint = MetricLabels.Of(outcome.Endpoint);
        var router = outcome.Router ?? MetricLabels.None;
        var provider = outcome.Provider ?? MetricLabels.None;
        RecordRequest(outcome, endpoint, router, provider);
        if (!outcome.SharesCall && !outcome.IsFree)
            CallFinished(outcome);
        RecordRejections(outcome);
        if (outcome.Cache is { } cache)
            _cacheRequests.Add(1, new KeyValuePair<string, object?>("result", MetricLabels.Of(cache)));
        RecordStream(outcome, provider);
    }

    /// <summary>Records what upstreams did for one request, or for several together: then for the call, whoever of them is left.</summary>
    internal void CallFinished(RequestOutcome outcome)
    {
        RecordTokens(outcome, outcome.Provider ?? MetricLabels.None);
        RecordAttempts(outcome.Attempts);
        RecordHedges(outcome);
        RecordResumes(outcome);
    }

    /// <summary>Where <c>gateway_cache_entries</c> and <c>gateway_cache_bytes</c> come from.</summary>
    internal void ObserveCache(Func<(long Entries, long Bytes)> status) => Volatile.Write(ref _cache, status);

    public void Dispose() => _meter.Dispose();

    private void RecordRequest(RequestOutcome outcome, string endpoint, string router, string provider)
    {
        var tags = new TagList
        {
            { "endpoint", endpoint },
            { "router", router },
            { "model", outcome.ModelLabel },
            { "provider", provider },
        };
        _requestDuration.Record(outcome.Duration.TotalSeconds, tags);
        RequestsOf(outcome, router, provider).Add(1);
        var overhead = outcome.Duration - outcome.Waited;
        _overhead.Record(Math.Max(0, overhead.TotalSeconds), new KeyValuePair<string, object?>("endpoint", endpoint));
    }

    private void RecordStream(RequestOutcome outcome, string provider)
    {
        // A replay would make the upstream look fast.
        if (outcome.TimeToFirstToken is { } firstToken && outcome.Cache is not (CacheResult.Hit or CacheResult.Stale))
            _timeToFirstToken.Record(firstToken.TotalSeconds, new("model", outcome.ModelLabel), new("provider", provider));
        if (outcome.Keepalives > 0)
            _keepalives.Add(outcome.Keepalives, new KeyValuePair<string, object?>("style", MetricLabels.Of(outcome.KeepaliveStyle)));
        if (outcome.MalformedEvents > 0)
            _malformedEvents.Add(outcome.MalformedEvents, new KeyValuePair<string, object?>("provider", provider));
        if (outcome.DisconnectPhase is { } phase)
            _clientDisconnects.Add(1, new KeyValuePair<string, object?>("phase", MetricLabels.Of(phase)));
    }

    private void RecordTokens(RequestOutcome outcome, string provider)
    {
        if (outcome.Usage is { } usage)
            TokensOf(outcome.ModelLabel, provider).Add(usage);
        else if (outcome.IsStream)
            AddEstimated(outcome.ContentChunks, outcome.ModelLabel, provider);
    }

    private void AddEstimated(long count, string model, string provider)
    {
        if (count <= 0)
            return;
        _tokens.Add(count, new TagList { { "model", model }, { "provider", provider }, { "kind", "completion" }, { "source", "estimated" } });
    }

    private void RecordAttempts(List<AttemptRecord> attempts)
    {
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            CountAttempt(attempt.Provider, attempt.Replica, MetricLabels.OfAttempt(attempt.Result));
            if (attempt.Reason is not null)
                _retries.Add(1, new KeyValuePair<string, object?>("reason", MetricLabels.OfAttempt(attempt.Reason)));
            if (attempt.FallbackFrom is not null)
                _fallbacks.Add(1, new("from", attempt.FallbackFrom), new("to", attempt.Provider));
        }
    }

    /// <summary>What broken answers cost is counted too; they ended without usage.</summary>
    private void RecordResumes(RequestOutcome outcome)
    {
        foreach (var result in outcome.Resumes)
            _resumes.Add(1, new KeyValuePair<string, object?>("result", MetricLabels.Of(result)));
        foreach (var (provider, chunks) in outcome.BrokenAnswers)
            AddEstimated(chunks, outcome.ModelLabel, provider);
    }

    private void RecordRejections(RequestOutcome outcome)
    {
        for (var i = 0; i < (outcome.Rejections?.Count ?? 0); i++)
            _rejections.Add(1, new("key", outcome.Rejections![i].Key), new("limit", outcome.Rejections[i].Limit));
    }

    private void RecordHedges(RequestOutcome outcome)
    {
        AddHedges(outcome.HedgesWon, outcome.ModelLabel, "won");
        AddHedges(outcome.HedgesLost, outcome.ModelLabel, "lost");
        AddHedges(outcome.HedgesDenied, outcome.ModelLabel, "denied");
    }

    private void AddHedges(int count, string model, string result)
    {
        if (count > 0)
            _hedges.Add(count, new("model", model), new("result", result));
    }
}
