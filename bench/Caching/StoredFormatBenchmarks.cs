using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Gateway.Caching.Store;

namespace Gateway.Bench.Caching;

/// <summary>An answer to bytes for Redis and back, a stream of chunks as an upstream writes them; against the compression alone.</summary>
[MemoryDiagnoser]
[CategoriesColumn]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
public class StoredFormatBenchmarks
{
    private CacheKey _key;
    private CachedAnswer _answer = null!;
    private byte[] _value = [];
    private byte[] _deflated = [];

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
        _deflated = Deflate();
        Console.WriteLine($"// {_answer.Body.Length} bytes become {_value.Length}");
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Encode")]
    public byte[] Deflate()
    {
        using MemoryStream output = new();
        using (DeflateStream deflate = new(output, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(_answer.Body);
        return output.ToArray();
    }

    [Benchmark]
    [BenchmarkCategory("Encode")]
    [AllowedBytes(1_600, 12_500, 180_000)]
    public byte[] Encode() => StoredFormat.Encode(_key, _answer, 0);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Decode")]
    public byte[] Inflate()
    {
        using MemoryStream output = new();
        using (DeflateStream inflate = new(new MemoryStream(_deflated), CompressionMode.Decompress))
            inflate.CopyTo(output);
        return output.ToArray();
    }

    [Benchmark]
    [BenchmarkCategory("Decode")]
    [AllowedBytes(2_000, 17_500, 264_000)]
    public bool Decode() => StoredFormat.Decode(_value, _key, 1 << 20, out _) is not null;
}
