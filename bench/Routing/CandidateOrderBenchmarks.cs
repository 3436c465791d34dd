using BenchmarkDotNet.Attributes;
using Gateway.Configuration;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Bench.Routing;

/// <summary>
/// What a request pays for its candidate list, per strategy: listing, health, order. The baseline picks one replica by a counter and makes no list.
/// </summary>
[MemoryDiagnoser]
public class CandidateOrderBenchmarks
{
    private static readonly string[] Models = ["m"];

    private readonly List<Candidate> _candidates = new(64);
    private readonly Dictionary<BalancingStrategy, EndpointBalance> _balances = [];
    private IReadOnlyList<Replica> _replicas = [];
    private uint _turn;

    [Params(4, 32)]
    public int Replicas { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Provider provider = new(
            new ProviderOptions
            {
                Name = "dynamo",
                Type = ProviderType.Dynamo,
                BaseUrls = [.. Enumerable.Range(1, Replicas).Select(number => new Uri($"http://dynamo-{number}:8000/"))],
                Models = Models,
            },
            TimeProvider.System);
        Dictionary<string, Provider> providers = new() { ["dynamo"] = provider };
        _replicas = provider.Replicas;
        foreach (BalancingStrategy strategy in Enum.GetValues<BalancingStrategy>())
            _balances[strategy] = new(new(strategy, [new("dynamo")]), providers, new Random(1));
    }

    [GlobalCleanup]
    public void Cleanup() => _replicas[0].Provider.Dispose();

    [Benchmark(Baseline = true)]
    public object RoundRobinIndex() => _replicas[(int)(Interlocked.Increment(ref _turn) % (uint)_replicas.Count)];

    [Benchmark]
    [AllowedBytes(0)]
    public object RoundRobin() => First(BalancingStrategy.RoundRobin);

    [Benchmark]
    [AllowedBytes(0)]
    public object Weighted() => First(BalancingStrategy.Weighted);

    [Benchmark]
    [AllowedBytes(0)]
    public object LeastRequests() => First(BalancingStrategy.LeastRequests);

    [Benchmark]
    [AllowedBytes(0)]
    public object Priority() => First(BalancingStrategy.Priority);

    [Benchmark]
    [AllowedBytes(0)]
    public object Latency() => First(BalancingStrategy.Latency);

    [Benchmark]
    [AllowedBytes(0)]
    public object PrefixAffinity() => First(BalancingStrategy.PrefixAffinity);

    private Replica First(BalancingStrategy strategy)
    {
        _candidates.Clear();
        _turn++;
        _balances[strategy].Append(Models, null, new BalanceContext(_turn, _turn * 0x9E3779B97F4A7C15), _candidates);
        return _candidates[0].Replica;
    }
}
