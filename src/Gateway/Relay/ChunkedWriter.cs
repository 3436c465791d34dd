using System.Buffers.Text;
using System.IO.Pipelines;

namespace Gateway.Relay;

/// <summary>
/// The chunks of an HTTP/1.1 body (RFC 9112 §7.1), written around the bytes where they lie, straight to the connection. Kestrel does the same behind two more
/// writers and four locks per flush, and sends the last chunk by itself. The head of the response stays Kestrel's.
/// </summary>
/// <param name="output">The connection's; nobody else writes meanwhile.</param>
internal sealed class ChunkedWriter(PipeWriter output) : PipeWriter
{
    // Four digits, or eight in a block that is longer than four can say.
    private const int ShortHead = 6;
    private const int LongHead = 10;
    private const int Tail = 2;

    private static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    private Memory<byte> _block;
    private int _head;
    private int _written;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written + output.UnflushedBytes;

    private int Room => _block.Length - _head - _written - Tail;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_written > 0 && Room < Math.Max(1, sizeHint))
            EndChunk();
        if (_written == 0)
        {
            _block = output.GetMemory(Math.Max(1, sizeHint) + LongHead + Tail);
            _head = _block.Length <= 0xffff ? ShortHead : LongHead;
        }

        return _block.Slice(_head + _written, Room);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)Room);
        _written += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        EndChunk();
        return output.FlushAsync(cancellationToken);
    }

    /// <summary>The last chunk is written.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Writes the last chunk, once; to be flushed.</summary>
    internal void End()
    {
        if (HasEnded)
            return;
        EndChunk();
        LastChunk.CopyTo(output.GetSpan(LastChunk.Length));
        output.Advance(LastChunk.Length);
        HasEnded = true;
    }

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <summary>The connection goes on.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private void EndChunk()
    {
        // No chunk may be empty: that would be the last one.
        if (_written > 0)
        {
            Span<byte> block = _block.Span;
            int digits = _head - 2;
            _ = Utf8Formatter.TryFormat(_written, block, out _, new('x', (byte)digits));
            "\r\n"u8.CopyTo(block[digits..]);
            "\r\n"u8.CopyTo(block[(_head + _written)..]);
            output.Advance(_head + _written + Tail);
        }

        (_block, _written) = (default, 0);
    }
}
