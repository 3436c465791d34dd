using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;

namespace Gateway.Bench.Streaming;

/// <summary>Relaying chunks from memory to memory; the baseline only copies.</summary>
[MemoryDiagnoser]
public class RelayBenchmarks : IDisposable
{
    private const int Chunks = 100;

    private readonly DiscardingWriter _writer = new();
    private RepeatingSource _copied = null!;
    private StreamRelay _relay = null!;
    private StreamRelay _recorded = null!;
    private AnswerRecord _record = null!;

    /// <summary>Chunks that arrive together.</summary>
    [Params(1, 100)]
    public int Burst { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] stream = DynamoChunks.Stream(Burst);
        _copied = new(stream);
        _relay = Start(stream, null);
        _record = new(Endpoint.ChatCompletions, 1);
        _recorded = Start(stream, _record);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _relay.Dispose();
        _recorded.Dispose();
        _record.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Chunks)]
    public int Copy()
    {
        int copied = 0;
        for (int burst = 0; burst < Chunks / Burst; burst++)
        {
            while (_copied.Read(_writer.GetSpan(1_024), out int bytes) == ReadStatus.Data)
            {
                _writer.Advance(bytes);
                copied += bytes;
            }
        }

        return copied;
    }

    [Benchmark(OperationsPerInvoke = Chunks)]
    [AllowedBytes(0)]
    public int Relay() => Step(_relay);

    /// <summary>With <c>mid-stream: resume</c>.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    [AllowedBytes(0)]
    public int RelayWithRecord() => Step(_recorded);

    private int Step(StreamRelay relay)
    {
        int content = 0;
        for (int burst = 0; burst < Chunks / Burst; burst++)
            content += relay.Step(_writer).ContentEvents;
        return content;
    }

    private StreamRelay Start(byte[] stream, AnswerRecord? record)
    {
        StreamRelay relay = new(new RepeatingSource(stream), StreamRules.For(Endpoint.ChatCompletions, 1, removeUsageChunk: true), SseLimits.Default, record);
        while (relay.Hold().Status == ReadStatus.Data)
        {
        }

        relay.Release(_writer, isFirst: true);
        return relay;
    }
}
