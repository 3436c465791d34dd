using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Canonical;
using Gateway.Streaming.Requests;

namespace Gateway.Bench.Caching;

/// <summary>The cache key of a conversation: scan and digest, against the hash alone and a document that is sorted and printed.</summary>
[MemoryDiagnoser]
public class CanonicalBodyBenchmarks
{
    private readonly RequestFields _fields = new();
    private readonly byte[] _digest = new byte[CanonicalBody.DigestSize];
    private byte[] _body = [];

    [Params(1, 10, 100)]
    public int KiB { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        StringBuilder messages = new();
        for (int i = 0; messages.Length < (KiB << 10) - 200; i++)
        {
            messages.Append(i > 0 ? "," : "").Append("{\"role\":\"").Append(i % 2 == 0 ? "user" : "assistant")
                .Append("\",\"content\":\"What is the capital of \\\"France\\\"?\\nAnswer in one word, and say how sure you are of it, please. ").Append('x', 120).Append("\"}");
        }

        _body = Encoding.UTF8.GetBytes($$"""{"model":"meta/llama-3.1-70b-instruct","temperature":0,"max_tokens":100,"messages":[{{messages}}]}""");
    }

    [Benchmark(Baseline = true)]
    public int HashAlone() => SHA256.HashData(_body, _digest);

    [Benchmark]
    [AllowedBytes(128)]
    public bool ScanAndDigest() =>
        RequestScanner.Scan(_body, Endpoint.ChatCompletions, _fields) is null && CanonicalBody.TryDigest(_body, _fields, "preamble"u8, _digest);

    [Benchmark]
    [Peer]
    public int Document()
    {
        JsonObject root = JsonNode.Parse(_body)!.AsObject();
        JsonObject sorted = [];
        foreach ((string name, JsonNode? value) in root.OrderBy(member => member.Key, StringComparer.Ordinal).ToArray())
            sorted[name] = value?.DeepClone();
        return SHA256.HashData(Encoding.UTF8.GetBytes(sorted.ToJsonString()), _digest);
    }
}
