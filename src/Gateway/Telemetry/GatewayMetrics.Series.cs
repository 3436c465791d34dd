using System.Collections.Concurrent;

namespace Gateway.Telemetry;

/// <content>
/// The counters of every request, series by series. Their instruments hear of them before each collection, so that scrapes and pushes see what they would have seen
/// measurement by measurement: the same series, limits and temporality.
/// </content>
internal sealed partial class GatewayMetrics
{
    private readonly ConcurrentDictionary<SeriesKey, CountedSeries> _requestSeries = new();
    private readonly ConcurrentDictionary<SeriesKey, CountedSeries> _attemptSeries = new();
    private readonly ConcurrentDictionary<SeriesKey, TokenSeries> _tokenSeries = new();

    private CountedSeries RequestsOf(RequestOutcome outcome, string router, string provider)
    {
        SeriesKey key = new(outcome.ModelLabel, provider, router, (MetricLabels.IndexOf(outcome.Endpoint) << 16) | (outcome.Status << 4) | (int)outcome.Result);
        if (_requestSeries.TryGetValue(key, out CountedSeries? known))
            return known;
        return _requestSeries.GetOrAdd(
            key,
            new CountedSeries(
                _requests,
                new("endpoint", MetricLabels.Of(outcome.Endpoint)),
                new("router", router),
                new("model", outcome.ModelLabel),
                new("provider", provider),
                new("status", MetricLabels.OfStatus(outcome.Status)),
                new("outcome", MetricLabels.Of(outcome.Result))));
    }

    private void CountAttempt(string provider, string replica, string result)
    {
        SeriesKey key = new(replica, provider, result);
        if (_attemptSeries.TryGetValue(key, out CountedSeries? known))
        {
            known.Add(1);
            return;
        }

        // DNS may bring new replicas for years: beyond what the instrument tells apart, nothing is kept for them.
        if (_attemptSeries.Count < MetricViews.AttemptSeries)
            _attemptSeries.GetOrAdd(key, new CountedSeries(_attempts, new("provider", provider), new("replica", replica), new("result", result))).Add(1);
        else
            _attempts.Add(1, new("provider", provider), new("replica", replica), new("result", result));
    }

    private TokenSeries TokensOf(string model, string provider)
    {
        SeriesKey key = new(model, provider, "");
        if (_tokenSeries.TryGetValue(key, out TokenSeries? known))
            return known;
        return _tokenSeries.GetOrAdd(key, new TokenSeries(Reported("prompt"), Reported("completion"), Reported("cached"), Reported("reasoning")));

        CountedSeries Reported(string kind) => new(_tokens, new("model", model), new("provider", provider), new("kind", kind), new("source", "upstream"));
    }

    private void FlushSeries()
    {
        foreach (KeyValuePair<SeriesKey, CountedSeries> series in _requestSeries)
            series.Value.Flush();
        foreach (KeyValuePair<SeriesKey, CountedSeries> series in _attemptSeries)
            series.Value.Flush();
        foreach (KeyValuePair<SeriesKey, TokenSeries> series in _tokenSeries)
            series.Value.Flush();
    }
}
