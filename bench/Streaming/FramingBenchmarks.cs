using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using Gateway.Streaming.Sse;

namespace Gateway.Bench.Streaming;

/// <summary>Finding the 100 events of a burst.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    private readonly byte[] _stream = DynamoChunks.Stream(100);

    [Benchmark(Baseline = true, OperationsPerInvoke = 100)]
    public int PlatformParser()
    {
        int bytes = 0;
        foreach (SseItem<int> item in SseParser.Create(new MemoryStream(_stream), static (_, data) => data.Length).Enumerate())
            bytes += item.Data;
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = 100)]
    [AllowedBytes(0)]
    public int Framer()
    {
        SseFramer framer = new(SseLimits.Default);
        ReadOnlySpan<byte> rest = _stream;
        int bytes = 0;
        while (framer.TryRead(rest, out SseFrame frame) == FrameStatus.Done)
        {
            bytes += frame.Data.Length;
            rest = rest[frame.Raw.Length..];
        }

        return bytes;
    }
}
