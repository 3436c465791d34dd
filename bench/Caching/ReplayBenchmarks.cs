using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Bench.Streaming;
using Gateway.Caching;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;

namespace Gateway.Bench.Caching;

/// <summary>A kept stream of 100 chunks into a client's writer, judged on its way like any other; against one that is cut into texts, and a copy.</summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private readonly byte[] _kept = [.. DynamoChunks.Stream(100), .. "data: [DONE]\n\n"u8];
    private readonly DiscardingWriter _writer = new();

    [Benchmark(Baseline = true)]
    public int Texts()
    {
        int written = 0;
        foreach (string chunk in Encoding.UTF8.GetString(_kept).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(chunk + "\n\n");
            bytes.CopyTo(_writer.GetSpan(bytes.Length));
            _writer.Advance(bytes.Length);
            written += bytes.Length;
        }

        return written;
    }

    [Benchmark]
    [AllowedBytes(128)]
    public int SourceAlone()
    {
        StoredSource source = new(_kept, pace: null, TimeProvider.System);
        int written = 0;
        while (source.Read(_writer.GetSpan(1024), out int bytes) == ReadStatus.Data)
        {
            _writer.Advance(bytes);
            written += bytes;
        }

        return written;
    }

    [Benchmark]
    [AllowedBytes(456)]
    public long Replay()
    {
        StoredSource source = new(_kept, pace: null, TimeProvider.System);
        using StreamRelay relay = new(source, StreamRules.For(Endpoint.ChatCompletions, 1, removeUsageChunk: true), SseLimits.Default);
        while (relay.ContentEvents == 0)
            relay.Hold();
        relay.Release(_writer, isFirst: true);
        while (relay.Step(_writer).Status == ReadStatus.Data)
        {
        }

        return relay.ContentEvents;
    }
}
