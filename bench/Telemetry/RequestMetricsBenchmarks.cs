using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Gateway.Configuration;
using Gateway.Telemetry;
using Gateway.Tests.Telemetry;

namespace Gateway.Bench.Telemetry;

/// <summary>
/// A finished request in every metric that it concerns, into the pipeline that <c>/metrics</c> is read from; against a dictionary for each
/// metric with the labels joined as its key, and buckets that are searched.
/// </summary>
[MemoryDiagnoser]
public class RequestMetricsBenchmarks : IDisposable
{
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private readonly GatewayMetrics _metrics = new("bench");
    private readonly MetricsPipeline _pipeline;
    private readonly RequestOutcome _outcome = Outcomes.Answered();
    private readonly ConcurrentDictionary<string, long> _counters = new();
    private readonly ConcurrentDictionary<string, long[]> _histograms = new();

    public RequestMetricsBenchmarks() => _pipeline = new(_metrics, new TelemetryOptions());

    [GlobalCleanup]
    public void Dispose()
    {
        _pipeline.Dispose();
        _metrics.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int JoinedLabels()
    {
        string served = $"{{model=\"{_outcome.ModelLabel}\",provider=\"{_outcome.Provider}\"";
        string request = $"{served},endpoint=\"chat\",router=\"{_outcome.Router}\"";
        Observe("duration" + request, _outcome.Duration);
        Count($"requests{request},status=\"{_outcome.Status}\",outcome=\"ok\"", 1);
        Observe("overhead{endpoint=\"chat\"", _outcome.Duration - _outcome.Waited);
        Count($"tokens{served},kind=\"prompt\",source=\"upstream\"", _outcome.Usage!.Value.Prompt);
        Count($"tokens{served},kind=\"completion\",source=\"upstream\"", _outcome.Usage.Value.Completion);
        Count($"tokens{served},kind=\"cached\",source=\"upstream\"", _outcome.Usage.Value.Cached);
        Count($"tokens{served},kind=\"reasoning\",source=\"upstream\"", _outcome.Usage.Value.Reasoning);
        Count($"attempts{{provider=\"{_outcome.Provider}\",replica=\"{_outcome.Replica}\",result=\"ok\"", 1);
        Observe("first token" + served, _outcome.TimeToFirstToken!.Value);
        return _counters.Count + _histograms.Count;
    }

    [Benchmark]
    [AllowedBytes(0)]
    public long Record()
    {
        _metrics.RequestStarted(_outcome.Endpoint);
        _metrics.RequestFinished(_outcome);
        return _metrics.AccessLogDropped;
    }

    private void Count(string series, long count) => _counters.AddOrUpdate(series, static (_, added) => added, static (_, before, added) => before + added, count);

    private void Observe(string series, TimeSpan time)
    {
        long[] buckets = _histograms.GetOrAdd(series, static _ => new long[Buckets.Length + 1]);
        int at = Array.BinarySearch(Buckets, time.TotalSeconds);
        Interlocked.Increment(ref buckets[at < 0 ? ~at : at]);
    }
}
