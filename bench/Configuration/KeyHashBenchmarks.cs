using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gateway.Configuration;

namespace Gateway.Bench.Configuration;

/// <summary>The digest of a client's key, by our own SHA-256 (no OpenSSL to load), against the platform's.</summary>
[MemoryDiagnoser]
public class KeyHashBenchmarks
{
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private byte[] _key = [];

    /// <summary>The key's bytes: one of ours, and a JWT's.</summary>
    [Params(48, 800)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _key = new byte[Length];
        new Random(1).NextBytes(_key);
    }

    [Benchmark(Baseline = true)]
    public int Platform() => SHA256.HashData(_key, _digest);

    [Benchmark]
    [AllowedBytes(0)]
    public bool Hash() => KeyHash.Of(_key).Equals(default);
}
