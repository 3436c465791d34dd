using BenchmarkDotNet.Attributes;
using Gateway.Upstream.Hedging;
using Gateway.Upstream.Retries;

namespace Gateway.Bench.Upstream;

/// <summary>What retries and hedging cost every request: the budgets, a sample of its time, and the question for the delay, against a sorted window.</summary>
[MemoryDiagnoser]
public class HedgingBenchmarks
{
    private const int Window = 1_000;

    private readonly TimeSpan[] _samples = new TimeSpan[4_096];
    private readonly TimeSpan[] _window = new TimeSpan[Window];
    private readonly ContentTimes _times = new(TimeProvider.System);
    private readonly RetryBudget _retries = new(0.2, TimeProvider.System);
    private readonly HedgeBudget _hedges = new(0.05);
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        for (int i = 0; i < _samples.Length; i++)
            _samples[i] = TimeSpan.FromMilliseconds(400 * Math.Exp(random.NextDouble() * 2));

        foreach (TimeSpan sample in _samples)
            _times.Observe(sample);
    }

    /// <summary>The last thousand times, sorted when asked.</summary>
    [Benchmark(Baseline = true)]
    public TimeSpan SortedWindow()
    {
        _window[_next % Window] = Sample();
        TimeSpan[] sorted = [.. _window];
        Array.Sort(sorted);
        return sorted[Window * 95 / 100];
    }

    [Benchmark]
    [AllowedBytes(0)]
    public void Observe() => _times.Observe(Sample());

    [Benchmark]
    [AllowedBytes(0)]
    public TimeSpan? ObserveAndQuantile()
    {
        _times.Observe(Sample());
        return _times.Quantile(0.95);
    }

    [Benchmark]
    [AllowedBytes(0)]
    public bool RetryBudget()
    {
        _retries.Add();
        return _retries.TryTake();
    }

    [Benchmark]
    [AllowedBytes(0)]
    public bool HedgeBudget()
    {
        _hedges.Add();
        return _hedges.TryTake();
    }

    private TimeSpan Sample() => _samples[_next++ & 4_095];
}
