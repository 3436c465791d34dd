using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Caching.Store;
using Gateway.Streaming;

namespace Gateway.Bench.Caching;

/// <summary>An answer to bytes for Redis and back, a stream of chunks as an upstream writes them.</summary>
[MemoryDiagnoser]
public class StoredFormatBenchmarks
{
    private CacheKey _key;
    private CachedAnswer _answer = null!;
    private byte[] _value = [];

    [Params(1, 16, 256)]
    public int KiB { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        StringBuilder body = new();
        Random random = new(1);
        while (body.Length < (KiB << 10) - 10)
            body.Append("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"").Append(random.Next()).Append("\"}}]}\n\n");
        _key = CacheKey.Of(SHA256.HashData([1]));
        _answer = new()
        {
            Shape = AnswerShape.Stream,
            Endpoint = Endpoint.ChatCompletions,
            Body = Encoding.ASCII.GetBytes(body.ToString()),
            Provider = "nim",
            UpstreamModel = "meta/llama-3.1-70b-instruct",
            Model = "llama",
            Created = default,
            FreshUntil = default,
            StaleUntil = default,
        };
        _value = StoredFormat.Encode(_key, _answer, 0);
        Console.WriteLine($"// {_answer.Body.Length} bytes become {_value.Length}");
    }

    [Benchmark(Baseline = true)]
    public byte[] Encode() => StoredFormat.Encode(_key, _answer, 0);

    [Benchmark]
    public bool Decode() => StoredFormat.Decode(_value, _key, 1 << 20, out _) is not null;
}
