using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Bench.Streaming;

/// <summary>Judging one chat chunk. A hit is a chunk like the one before; a miss differs outside of its text and is parsed and learned.</summary>
[MemoryDiagnoser]
public class ChatRulesBenchmarks
{
    private readonly byte[] _data = Encoding.UTF8.GetBytes(DynamoChunks.Data(" world"));
    private readonly byte[] _other = Encoding.UTF8.GetBytes(DynamoChunks.Data(" world", "chatcmpl-ffffffff-7c6a-4a0e-9a55-1d1f4f3a2b10"));
    private readonly ChatRules _rules = new(1, removeUsageChunk: true);
    private bool _flip;

    [Benchmark(Baseline = true)]
    public int ReaderOnly() => JsonTokens.Count(_data);

    [Benchmark]
    [Peer]
    public bool Document()
    {
        using JsonDocument document = JsonDocument.Parse(_data);
        return document.RootElement.GetProperty("choices"u8)[0].GetProperty("delta"u8).GetProperty("content"u8).ValueEquals("x"u8);
    }

    [Benchmark]
    [AllowedBytes(0)]
    public EventVerdict TemplateHit() => _rules.Inspect(new SseFrame { Raw = _data, Data = _data, DataLines = 1 });

    [Benchmark]
    [AllowedBytes(0)]
    public EventVerdict TemplateMiss()
    {
        _flip = !_flip;
        byte[] data = _flip ? _data : _other;
        return _rules.Inspect(new SseFrame { Raw = data, Data = data, DataLines = 1 });
    }
}
