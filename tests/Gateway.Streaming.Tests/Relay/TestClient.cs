using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>A client that looks at what each flush brings: always whole blocks.</summary>
internal sealed class TestClient(PipeWriter writer, Func<byte[]> take)
{
    private readonly ArrayBufferWriter<byte> _received = new();

    internal PipeWriter Writer => writer;

    internal byte[] Received => _received.WrittenSpan.ToArray();

    internal int Flushes { get; private set; }

    internal static TestClient OverPipe()
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        return new(pipe.Writer, () =>
        {
            if (!pipe.Reader.TryRead(out ReadResult result))
                return [];
            byte[] bytes = result.Buffer.ToArray();
            pipe.Reader.AdvanceTo(result.Buffer.End);
            return bytes;
        });
    }

    internal static TestClient OverBlocks(int size = BlockWriter.KestrelBlock)
    {
        BlockWriter writer = new(size);
        return new(writer, writer.Take);
    }

    internal void Flush()
    {
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Assert.True(flush.IsCompletedSuccessfully);
        byte[] bytes = take();
        Assert.True(EndsOnBoundary(bytes), $"Flushed half an event: {Encoding.UTF8.GetString(bytes)}");
        _received.Write(bytes);
        Flushes++;
    }

    /// <summary>The flush before ended on a boundary too, so this one holds whole blocks exactly when it ends with an empty line.</summary>
    private static bool EndsOnBoundary(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return text.AsSpan().TrimStart('\n').IsEmpty || text.EndsWith("\n\n", StringComparison.Ordinal) || text == "\u00EF\u00BB\u00BF";
    }
}
