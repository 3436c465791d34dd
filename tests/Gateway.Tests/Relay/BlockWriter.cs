using System.IO.Pipelines;
using Gateway.Sockets;

namespace Gateway.Tests.Relay;

/// <summary>A connection's output that holds a block from when it is asked for one until it is flushed; what is written is dropped.</summary>
internal sealed class BlockWriter : PipeWriter, IDirectOutput
{
    private readonly byte[] _block = new byte[16 << 10];

    public PipeWriter Output => this;

    public bool IsHeld { get; private set; }

    public int Asked { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => 0;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        IsHeld = true;
        Asked++;
        return _block;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        IsHeld = false;
        return default;
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
