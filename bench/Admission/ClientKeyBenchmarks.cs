using BenchmarkDotNet.Attributes;
using Gateway.Admission;
using Gateway.Configuration;
using Microsoft.AspNetCore.Http;

namespace Gateway.Bench.Admission;

/// <summary>
/// Who sends a request: hashed and compared with every key in constant time, against a search among the plain keys. The presented key is the last
/// one, which the search finds last. A connection's second request is recognised by its header.
/// </summary>
[MemoryDiagnoser]
public class ClientKeyBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly HeaderDictionary _headers = new() { ["content-type"] = "application/json", ["accept"] = "*/*" };
    private readonly HeaderDictionary _bearer = new() { ["content-type"] = "application/json", ["accept"] = "*/*" };
    private string[] _plain = [];
    private ClientKeys _keys = new(new AuthOptions());

    [Params(1, 20, 1000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _plain = [.. Enumerable.Range(0, Keys).Select(_ => Convert.ToHexStringLower(Bytes(random)))];
        _keys = new(new AuthOptions { Keys = [.. _plain.Select((key, i) => new ClientKeyOptions { Id = $"k{i}", Hash = KeyHash.Of(key) })] });
        _headers["x-api-key"] = _plain[^1];
        _bearer["Authorization"] = $"Bearer {_plain[^1]}";
    }

    [Benchmark(Baseline = true)]
    public int Naive()
    {
        string key = _bearer["Authorization"].ToString()["Bearer ".Length..];
        return Array.IndexOf(_plain, key);
    }

    [Benchmark]
    [AllowedBytes(0)]
    public bool Authenticate() => _keys.Authenticate(_headers, Now).Key is not null;

    [Benchmark]
    [AllowedBytes(0)]
    public bool Recognise() => _keys.Authenticate(_bearer, Now).Key is not null;

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[24];
        random.NextBytes(bytes);
        return bytes;
    }
}
