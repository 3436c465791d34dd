using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Bench.Streaming;

/// <summary>Judging one content event of <c>messages</c> and <c>responses</c>.</summary>
[MemoryDiagnoser]
public class TypedRulesBenchmarks
{
    private readonly byte[] _message = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" world"}}"""u8.ToArray();
    private readonly byte[] _response =
        """{"type":"response.output_text.delta","item_id":"msg_68a1","output_index":0,"content_index":0,"delta":" world","logprobs":[],"sequence_number":7}"""u8.ToArray();

    private readonly MessagesRules _messages = new();
    private readonly ResponsesRules _responses = new();

    [Benchmark(Baseline = true)]
    public int ReaderOnly() => JsonTokens.Count(_message);

    [Benchmark]
    [AllowedBytes(0)]
    public EventVerdict Messages() => _messages.Inspect(new SseFrame { Raw = _message, Data = _message, Name = "content_block_delta"u8, DataLines = 1 });

    [Benchmark]
    [AllowedBytes(0)]
    public EventVerdict Responses() => _responses.Inspect(new SseFrame { Raw = _response, Data = _response, Name = "response.output_text.delta"u8, DataLines = 1 });
}
