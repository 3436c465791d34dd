using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// Buckets and series limits by instrument. The SDK reserves a metric's series up front (some 100 B each), so small families get a small limit;
/// beyond its limit a family's new label sets share one series with <c>otel_metric_overflow="true"</c>.
/// </summary>
internal static class MetricViews
{
    /// <summary>Label sets of a family that has none of the products below (endpoint, phase, style, provider pairs, the runtime's own).</summary>
    private const int SmallFamily = 100;

    /// <summary>Label sets of gateway_upstream_attempts_total: some 600 replicas with every result.</summary>
    internal const int AttemptSeries = 4000;

    private static readonly double[] DurationSeconds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

    private static readonly double[] FirstTokenSeconds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120];

    private static readonly double[] InterTokenSeconds =
        [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] OverheadSeconds =
        [0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1];

    /// <summary>50 models at 2 providers and 2 routers, asked through 5 endpoints with 4 results, are 4,000 label sets of gateway_requests_total.</summary>
    private static readonly FrozenDictionary<string, MetricStreamConfiguration> Views = new Dictionary<string, MetricStreamConfiguration>
    {
        ["gateway_requests"] = new() { CardinalityLimit = 8000 },
        ["gateway_request_duration"] = Buckets(DurationSeconds, 2000),
        ["gateway_time_to_first_token"] = Buckets(FirstTokenSeconds, 1000),
        ["gateway_inter_token_latency"] = Buckets(InterTokenSeconds, 1000),
        ["gateway_overhead"] = Buckets(OverheadSeconds, SmallFamily),
        ["gateway_tokens"] = new() { CardinalityLimit = 4000 },
        ["gateway_upstream_attempts"] = new() { CardinalityLimit = AttemptSeries },
        ["gateway_replica_inflight"] = new() { CardinalityLimit = 1000 },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly MetricStreamConfiguration Small = new() { CardinalityLimit = SmallFamily };

    internal static MetricStreamConfiguration Of(Instrument instrument) => Views.GetValueOrDefault(instrument.Name, Small);

    private static ExplicitBucketHistogramConfiguration Buckets(double[] boundaries, int limit) =>
        new() { Boundaries = boundaries, RecordMinMax = false, CardinalityLimit = limit };
}
