using System.Buffers;
using System.Text;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;
using TestKit.Memory;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>Recording and replaying allocate nothing per chunk.</summary>
public sealed class ResumeAllocationTests
{
    private const int Chunks = 40_000;

    private const string Chat =
        "data: {\"id\":\"chatcmpl-0b5c1c66\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$\",\"role\":\"assistant\"},\"finish_reason\":null,\"logprobs\":null}],"
        + "\"created\":1700000000,\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"usage\":null}\n\n";

    private const string Escaped = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u00e9$\"}}]}\n\n";
    private const string TwoTexts = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$\",\"reasoning\":\"$\"}}]}\n\n";
    private const string ToolCall = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"$\"}}]}}]}\n\n";
    private const string TwoLines = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"$\"}}]}\n\n";

    /// <summary>Every shape of a content chunk that is recorded.</summary>
    public static TheoryData<string> Shapes => [Chat, Escaped, TwoTexts, ToolCall, TwoLines];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Step_WithARecord_AllocatesNothing(string chunk)
    {
        using AnswerRecord record = Record();
        using StreamRelay relay = new(Source(chunk), Rules(record), SseLimits.Default, record);
        BlockWriter writer = new(keep: false);

        Assert.Equal(0, await OnOneThread(() =>
        {
            Begin(relay, writer, isFirst: true);
            return Measure(() => relay.Step(writer));
        }));
        Assert.True(record.MayResume);
        Assert.InRange(record.Choices.Count, 1, 1);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Hold_ReplayOfWhatTheClientHas_AllocatesNothing(string chunk)
    {
        using AnswerRecord record = Record();
        record.Add(Stream(chunk));
        using StreamRelay relay = StreamRelay.Resume(Source(chunk), Rules(record), SseLimits.Default, record);

        Assert.Equal(0, await OnOneThread(() => Measure(() => relay.Hold())));
        Assert.Equal(0, relay.ContentEvents);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Escaped)]
    [InlineData(ToolCall)]
    [InlineData(TwoLines)]
    public async Task Step_BehindTheCut_AllocatesNothing(string chunk)
    {
        using AnswerRecord record = Record();
        record.Add(Encoding.UTF8.GetBytes(chunk.Replace("$", "0", StringComparison.Ordinal).Replace("\"id\":\"", "\"id\":\"another-", StringComparison.Ordinal)));
        using StreamRelay relay = StreamRelay.Resume(Source(chunk), Rules(record), SseLimits.Default, record);
        BlockWriter writer = new(keep: false);

        Assert.Equal(0, await OnOneThread(() =>
        {
            Begin(relay, writer, isFirst: false);
            return Measure(() => relay.Step(writer));
        }));
        Assert.InRange(relay.ContentEvents, 100, Chunks - 1);
        Assert.True(record.MayResume);
    }

    private static void Begin(StreamRelay relay, BlockWriter writer, bool isFirst)
    {
        while (relay.ContentEvents == 0)
            relay.Hold();
        relay.Release(writer, isFirst);
    }

    private static long Measure(Action step)
    {
        const int steps = 100;
        for (int i = 0; i < 2 * steps; i++)
            step();
        return AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < steps; i++)
                step();
        });
    }

    private static Task<long> OnOneThread(Func<long> measure) =>
        Task.Factory.StartNew(measure, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static AnswerRecord Record() => new(Endpoint.ChatCompletions, 1) { Pool = WarmPool() };

    private static ArrayPool<byte> WarmPool()
    {
        ArrayPool<byte> pool = ArrayPool<byte>.Create();
        for (int size = 16; size <= 1 << 20; size *= 2)
        {
            byte[][] rented = [pool.Rent(size), pool.Rent(size), pool.Rent(size), pool.Rent(size)];
            foreach (byte[] array in rented)
                pool.Return(array);
        }

        return pool;
    }

    private static byte[] Stream(string chunk) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Chunks).Select(number => chunk.Replace("$", number.ToString(), StringComparison.Ordinal))));

    private static ScriptedSource Source(string chunk)
    {
        byte[] stream = Stream(chunk);
        return new(stream, Cuts.Every(stream.Length, 500));
    }

    private static ChatRules Rules(AnswerRecord record) => new(1, removeUsageChunk: true) { Pool = record.Pool };
}
