using System.IO.Pipelines;
using System.Text;
using Gateway.Sockets;

namespace Gateway.Tests.Relay;

/// <summary>A connection's output that holds a block from when it is asked for one until it is flushed.</summary>
internal sealed class BlockWriter : PipeWriter, IDirectOutput
{
    private readonly byte[] _block = new byte[16 << 10];
    private readonly StringBuilder _written = new();

    public PipeWriter Output => this;

    public string Written => _written.ToString();

    public bool IsHeld { get; private set; }

    public int Asked { get; private set; }

    public int Flushes { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => 0;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        IsHeld = true;
        Asked++;
        return _block;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _written.Append(Encoding.UTF8.GetString(_block, 0, bytes));

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        IsHeld = false;
        Flushes++;
        return default;
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
