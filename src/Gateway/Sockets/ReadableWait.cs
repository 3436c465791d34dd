using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Gateway.Sockets;

/// <summary>
/// A reusable zero-byte receive: completes when the socket has bytes, its end or an error, and holds no buffer meanwhile.
/// The socket's own awaitable receive would do the same with a result to unwrap and an exception to catch.
/// </summary>
internal sealed class ReadableWait : SocketAsyncEventArgs, IReadableWait, IValueTaskSource
{
    private readonly Socket _socket;
    private ManualResetValueTaskSourceCore<bool> _core;

    internal ReadableWait(Socket socket)
        : base(true)
    {
        _socket = socket;
        SetBuffer(Memory<byte>.Empty);
    }

    public bool MayHaveStirred => true;

    public ValueTask StartAsync()
    {
        _core.Reset();
        try
        {
            if (_socket.ReceiveAsync(this))
            {
                return new ValueTask(this, _core.Version);
            }
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.CompletedTask;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Nothing to do: closing the socket ends its receives.</summary>
    public void Close()
    {
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _core.SetResult(true);
}
