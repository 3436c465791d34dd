using System.Buffers;
using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;
using TestKit.Memory;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>Relaying allocates nothing per chunk. Bytes are counted, not time, so this is exact.</summary>
public sealed class RelayAllocationTests
{
    private const int Chunks = 100_000;

    private const string Chat =
        "data: {\"id\":\"chatcmpl-0b5c1c66\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$\",\"role\":\"assistant\"},\"finish_reason\":null,\"logprobs\":null}],"
        + "\"created\":1700000000,\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"usage\":null}\n\n";

    private const string Cumulative = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":$}}\n\n";
    private const string ToolCall = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"$\"}}]}}]}\n\n";
    private const string Message = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"$\"}}\n\n";
    private const string Response = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"$\",\"sequence_number\":$}\n\n";
    private const string TwoLines = "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"$\"}}]}\n\n";

    [Theory]
    [InlineData(Endpoint.ChatCompletions, Chat, 500)]
    [InlineData(Endpoint.ChatCompletions, Chat, 10_000)]
    [InlineData(Endpoint.ChatCompletions, Cumulative, 500)]
    [InlineData(Endpoint.ChatCompletions, ToolCall, 500)]
    [InlineData(Endpoint.ChatCompletions, TwoLines, 500)]
    [InlineData(Endpoint.Messages, Message, 500)]
    [InlineData(Endpoint.Responses, Response, 500)]
    public async Task Step_100000Chunks_AllocatesNothing(Endpoint endpoint, string chunk, int read)
    {
        StringBuilder text = new();
        for (int number = 0; number < Chunks + 1_000; number++)
            text.Append(chunk.Replace("$", number.ToString(), StringComparison.Ordinal));
        byte[] stream = Encoding.UTF8.GetBytes(text.ToString());
        ScriptedSource source = new(stream, Cuts.Every(stream.Length, read));
        BlockWriter writer = new(keep: false);
        // Unlike the shared pool, this one gives nothing back to the collector in between.
        ArrayPool<byte> pool = ArrayPool<byte>.Create();
        StreamRules rules = endpoint switch
        {
            Endpoint.Messages => new MessagesRules { Pool = pool },
            Endpoint.Responses => new ResponsesRules { Pool = pool },
            _ => new ChatRules(1, removeUsageChunk: true) { Pool = pool },
        };
        using StreamRelay relay = new(source, rules, SseLimits.Default);

        // Measured on one thread from start to end; what other tests allocate on theirs is not counted.
        long allocated = await Task.Factory.StartNew(() => Measure(relay, writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(0, allocated);
        Assert.Equal(Chunks + 1_000, relay.ContentEvents);
        Assert.Equal(stream.Length, writer.Written);
    }

    private static long Measure(StreamRelay relay, BlockWriter writer)
    {
        for (int size = 16; size <= 1 << 20; size *= 2)
            relay.Rules.Pool.Return(relay.Rules.Pool.Rent(size));
        while (relay.ContentEvents == 0)
            relay.Hold();
        relay.Release(writer, isFirst: true);
        while (relay.ContentEvents < 1_000)
            relay.Step(writer);

        const int rounds = 20;
        long round = 0;
        long lowest = AllocatedBytes.LowestOf(() =>
        {
            long until = 1_000 + (++round * (Chunks / rounds));
            while (relay.ContentEvents < until)
                relay.Step(writer);
        });
        while (relay.Step(writer).Status != ReadStatus.End)
        {
        }

        return lowest;
    }
}
