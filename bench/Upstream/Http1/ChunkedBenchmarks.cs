using System.Buffers.Text;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gateway.Bench.Streaming;
using Gateway.Upstream.Http1;

namespace Gateway.Bench.Upstream.Http1;

/// <summary>The framing of 100 chunks of a stream taken off in place, against lines that are searched and copied.</summary>
[MemoryDiagnoser]
public class ChunkedBenchmarks
{
    private const int Chunks = 100;

    private byte[] _wire = [];
    private byte[] _read = [];

    [GlobalSetup]
    public void Setup()
    {
        StringBuilder wire = new();
        string chunk = DynamoChunks.Event(" world");
        for (int i = 0; i < Chunks; i++)
            wire.Append(Convert.ToString(chunk.Length, 16)).Append("\r\n").Append(chunk).Append("\r\n");
        _wire = Encoding.ASCII.GetBytes(wire.Append("0\r\n\r\n").ToString());
        _read = new byte[_wire.Length];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Chunks)]
    public int Lines()
    {
        using MemoryStream body = new();
        ReadOnlySpan<byte> rest = _wire;
        while (true)
        {
            int line = rest.IndexOf("\r\n"u8);
            if (!Utf8Parser.TryParse(rest[..line], out int size, out _, 'x') || size == 0)
                return (int)body.Length;
            body.Write(rest.Slice(line + 2, size));
            rest = rest[(line + 2 + size + 2)..];
        }
    }

    /// <summary>With the copy that stands for the read from the socket.</summary>
    [Benchmark(OperationsPerInvoke = Chunks)]
    [AllowedBytes(0)]
    public int InPlace()
    {
        _wire.CopyTo(_read, 0);
        ChunkedDecoder decoder = default;
        return decoder.Decode(_read, out _, out int written) ? written : 0;
    }
}
