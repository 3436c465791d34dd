using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>Plain TCP: non-blocking system calls for reading and writing, the runtime's event loop only for waiting.</summary>
internal sealed class SocketTransport : IUpstreamTransport
{
    private readonly Socket _socket;
    private readonly ReadableWait _readable = new();

    // A receive that did not fill its buffer emptied the socket: until the next wait (which looks again before it sleeps) another system call would find nothing.
    private bool _drained;

    internal SocketTransport(Socket socket)
    {
        socket.Blocking = false;
        _socket = socket;
    }

    public ValueTask WaitAsync()
    {
        _drained = false;
        return _readable.StartAsync(_socket);
    }

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (_drained)
        {
            return ReadStatus.Blocked;
        }
        SocketError error;
        try
        {
            bytes = _socket.Receive(destination, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            return ReadStatus.Broken;
        }
        if (error is SocketError.WouldBlock)
        {
            return ReadStatus.Blocked;
        }
        if (error is not SocketError.Success)
        {
            return ReadStatus.Broken;
        }
        _drained = bytes > 0 && bytes < destination.Length;
        return bytes == 0 ? ReadStatus.End : ReadStatus.Data;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        int sent = _socket.Send(data.Span, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success when sent == data.Length => ValueTask.CompletedTask,
            SocketError.Success or SocketError.WouldBlock => SendRestAsync(data[sent..], cancellationToken),
            _ => throw new SocketException((int)error),
        };
    }

    public bool IsQuiet() => SocketProbe.IsQuiet(_socket);

    public void Abort() => _socket.Close(timeout: 0);

    public void Dispose()
    {
        _socket.Dispose();
        _readable.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            data = data[await _socket.SendAsync(data, SocketFlags.None, cancellationToken)..];
        }
    }
}
