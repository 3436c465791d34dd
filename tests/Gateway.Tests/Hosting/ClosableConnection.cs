using Microsoft.AspNetCore.Connections;

namespace Gateway.Tests.Hosting;

/// <summary>A connection that remembers that it was aborted.</summary>
internal sealed class ClosableConnection : DefaultConnectionContext
{
    private readonly CancellationTokenSource _closed;

    public ClosableConnection(CancellationTokenSource closed)
    {
        _closed = closed;
        ConnectionClosed = closed.Token;
    }

    public override void Abort(ConnectionAbortedException abortReason) => _closed.Cancel();
}
