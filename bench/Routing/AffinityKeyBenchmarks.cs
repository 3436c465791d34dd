using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Gateway.Bench.Requests;
using Gateway.Routing;
using Gateway.Streaming.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Bench.Routing;

/// <summary>What keeps a conversation on one replica: a session's name, or the first 4 KiB of what is asked, against SHA-256 of them.</summary>
[MemoryDiagnoser]
public class AffinityKeyBenchmarks
{
    private readonly RequestFields _fields = new();
    private readonly HeaderDictionary _plain = new() { ["content-type"] = "application/json" };
    private readonly HeaderDictionary _session = new() { ["content-type"] = "application/json", ["x-session-id"] = "7c6a4a0e9a551d1f4f3a2b10" };
    private readonly byte[] _body = ChatBodies.OfSize(16_000);
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];

    [GlobalSetup]
    public void Setup()
    {
        if (RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is { } error)
            throw new InvalidOperationException(error.ToString());
    }

    [Benchmark(Baseline = true)]
    public int Digest() => SHA256.HashData(_body.AsSpan(0, AffinityKey.PrefixBytes), _digest);

    [Benchmark]
    [AllowedBytes(0)]
    public ulong? Prefix() => AffinityKey.Of(_plain, _body, _fields);

    [Benchmark]
    [AllowedBytes(0)]
    public ulong? Session() => AffinityKey.Of(_session, _body, _fields);
}
