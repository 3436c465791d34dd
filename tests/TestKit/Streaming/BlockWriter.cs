using System.Buffers;
using System.IO.Pipelines;

namespace TestKit.Streaming;

/// <summary>
/// A client's writer that behaves like Kestrel's chunked one: hands out what is left of a block whatever the hint, the same bytes until they are advanced,
/// and a new block when the rest is shorter than the hint.
/// </summary>
/// <param name="blockSize">Kestrel's is a few bytes under 4 KiB.</param>
/// <param name="keep">False to forget what is written, and never allocate.</param>
public sealed class BlockWriter(int blockSize = BlockWriter.KestrelBlock, bool keep = true) : PipeWriter
{
    public const int KestrelBlock = 4_085;

    private readonly ArrayBufferWriter<byte> _flushed = new();
    private readonly ArrayBufferWriter<byte> _advanced = new();
    private byte[] _block = new byte[blockSize];
    private int _used;

    /// <summary>Bytes advanced so far.</summary>
    public long Written { get; private set; }

    /// <summary>What was flushed and not taken yet.</summary>
    public byte[] Take()
    {
        byte[] taken = _flushed.WrittenSpan.ToArray();
        _flushed.ResetWrittenCount();
        return taken;
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, blockSize - _used);
        if (keep)
            _advanced.Write(_block.AsSpan(_used, bytes));
        _used += bytes;
        Written += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (blockSize - _used < Math.Max(1, Math.Min(sizeHint, blockSize)))
        {
            _block = keep ? new byte[blockSize] : _block;
            _used = 0;
        }

        return _block.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // What is behind the advanced bytes is not the client's: spoil it, a reader of it would show.
        _block.AsSpan(_used).Fill(0xEE);
        _flushed.Write(_advanced.WrittenSpan);
        _advanced.ResetWrittenCount();
        return new(new FlushResult(isCanceled: false, isCompleted: false));
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
