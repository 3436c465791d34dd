using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Bench.Requests;
using Gateway.Caching;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Streaming.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Bench.Caching;

/// <summary>
/// The key of a scanned request: tenant, model, the headers and the query that count, the body's meaning; against a hash of the texts joined, for which
/// two spellings of a body are two questions.
/// </summary>
[MemoryDiagnoser]
public class CacheKeyBenchmarks
{
    private readonly RequestFields _fields = new();
    private readonly HeaderDictionary _headers = new()
    {
        ["content-type"] = "application/json",
        ["accept"] = "text/event-stream",
        ["user-agent"] = "OpenAI/Python 1.99.0",
        ["authorization"] = "Bearer key",
        ["x-request-id"] = "0b5c1c66",
    };

    private byte[] _body = [];

    [Params(2_000, 100_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = ChatBodies.OfSize(Size);
        if (RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is { } error)
            throw new InvalidOperationException(error.ToString());
    }

    [Benchmark(Baseline = true)]
    public string JoinedTexts()
    {
        string joined = $"team-a|meta/llama|{_headers["openai-beta"]}|{Encoding.UTF8.GetString(_body)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(joined)));
    }

    /// <summary>Allocates the owners of four buffers and the enumerator of the headers, whatever the body's size.</summary>
    [Benchmark]
    [AllowedBytes(224)]
    public int Key()
    {
        bool isCanonical = CacheKeys.TryCompute(_body, _fields, new(CacheScope.Key, "team-a"), "meta/llama", _headers, "", out CacheKey key);
        return isCanonical ? key.GetHashCode() : 0;
    }
}
