using BenchmarkDotNet.Attributes;

namespace Gateway.Bench.Tests;

/// <summary>A gate for each value of a parameter.</summary>
public class PlantedBySizeBenchmarks
{
    private byte[] _last = [];

    [Params(1, 100)]
    public int Size { get; set; }

    internal static int BytesOf(int size) => size == 1 ? 32 : PlantedBenchmarks.Bytes;

    [GlobalSetup]
    public void Setup() => _last = new byte[Size];

    [Benchmark]
    [AllowedBytes(32, PlantedBenchmarks.Bytes)]
    public byte[] AllocatesBySize() => _last = new byte[_last.Length];
}
