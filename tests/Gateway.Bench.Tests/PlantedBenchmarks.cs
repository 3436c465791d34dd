using BenchmarkDotNet.Attributes;

namespace Gateway.Bench.Tests;

/// <summary>What a gate has to see.</summary>
public class PlantedBenchmarks
{
    /// <summary>An array of 100 with its header and length, on 64 bits.</summary>
    internal const int Bytes = 128;

    private byte[] _last = [];
    private int _calls;

    [Benchmark(Baseline = true)]
    public int Nothing() => _last.Length;

    [Benchmark]
    [Peer]
    public byte[] Others() => _last = new byte[100];

    [Benchmark]
    [AllowedBytes(0)]
    public byte[] Allocates() => _last = new byte[100];

    [Benchmark]
    [AllowedBytes(0)]
    public int AllocatesNowAndThen()
    {
        if (++_calls % 10 == 0)
            _last = new byte[100];
        return _calls;
    }

    [Benchmark]
    public byte[] Ungated() => _last = new byte[100];
}
