using System.IO.Pipelines;

namespace Gateway.Bench.Streaming;

/// <summary>A client's writer that hands out one block just under 4 KiB, as Kestrel's chunked one does, and forgets what is written.</summary>
internal sealed class DiscardingWriter : PipeWriter
{
    private readonly byte[] _block = new byte[4_085];
    private int _used;

    public override void Advance(int bytes) => _used += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_block.Length - _used < Math.Max(1, sizeHint))
            _used = 0;
        return _block.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(new FlushResult(isCanceled: false, isCompleted: false));

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
