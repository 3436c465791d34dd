using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;
using Gateway.Streaming.Usage;

namespace Gateway.Bench.Streaming;

/// <summary>The token counts of a stream's last chunk, which the client did not ask for, against a document.</summary>
[MemoryDiagnoser]
public class UsageBenchmarks
{
    private readonly byte[] _data =
        """{"id":"chatcmpl-0b5c1c66-7c6a-4a0e-9a55-1d1f4f3a2b10","choices":[],"created":1700000000,"model":"meta/llama-3.1-8b-instruct","object":"chat.completion.chunk","usage":{"prompt_tokens":1234,"completion_tokens":567,"total_tokens":1801,"prompt_tokens_details":{"audio_tokens":null,"cached_tokens":1024},"completion_tokens_details":{"reasoning_tokens":12}}}"""u8.ToArray();

    private readonly ChatRules _rules = new(1, removeUsageChunk: true);

    [Benchmark(Baseline = true)]
    public TokenUsage Document()
    {
        using JsonDocument document = JsonDocument.Parse(_data);
        JsonElement usage = document.RootElement.GetProperty("usage"u8);
        return new(
            usage.GetProperty("prompt_tokens"u8).GetInt64(), usage.GetProperty("completion_tokens"u8).GetInt64(),
            usage.GetProperty("prompt_tokens_details"u8).GetProperty("cached_tokens"u8).GetInt64(),
            usage.GetProperty("completion_tokens_details"u8).GetProperty("reasoning_tokens"u8).GetInt64());
    }

    [Benchmark]
    [AllowedBytes(0)]
    public EventVerdict JudgeUsageChunk() => _rules.Inspect(new SseFrame { Raw = _data, Data = _data, DataLines = 1 });

    [Benchmark]
    [AllowedBytes(0)]
    public TokenUsage ReadUsage()
    {
        Utf8JsonReader reader = new(_data.AsSpan(_data.AsSpan().IndexOf("\"usage\":"u8) + "\"usage\":".Length));
        reader.Read();
        return UsageReader.Read(ref reader);
    }
}
