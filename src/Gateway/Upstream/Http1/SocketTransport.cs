using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Sockets;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>Plain TCP: non-blocking system calls for reading and writing, an event loop only for waiting.</summary>
internal sealed class SocketTransport : IUpstreamTransport
{
    private readonly Socket _socket;
    private readonly IReadableWait _readable;

    // A receive that did not fill its buffer emptied the socket: until the next wait another system call would find nothing.
    private bool _drained = true;

    // Bytes since somebody else had the thread.
    private int _turn;

    /// <param name="socket">Connected or connecting; owned from here on.</param>
    /// <exception cref="SocketException">The system has no room for another watch.</exception>
    internal SocketTransport(Socket socket)
    {
        socket.Blocking = false;
        _socket = socket;
        _readable = EventLoop.TryWatch(socket) is { } looped ? looped : new ReadableWait(socket);
    }

    /// <summary>
    /// Connects; where there is our own event loop without the platform's, which would go on watching the socket. The caller closes the socket when this throws.
    /// </summary>
    /// <exception cref="SocketException">The peer cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal static async Task<SocketTransport> ConnectAsync(Socket socket, EndPoint peer, CancellationToken cancellationToken)
    {
        if (!EventLoop.IsAvailable)
        {
            await socket.ConnectAsync(peer, cancellationToken);
            return new(socket);
        }

        socket.Blocking = false;
        try
        {
            socket.Connect(peer);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Told by the first event.
        }

        SocketTransport transport = new(socket);
        try
        {
            using (cancellationToken.UnsafeRegister(static readable => ((IReadableWait)readable!).Close(), transport._readable))
                await transport._readable.StartAsync();
            cancellationToken.ThrowIfCancellationRequested();
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? transport : throw new SocketException((int)error);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>See <see cref="SocketThreads.LongTurn"/>.</summary>
    internal int Turn { get; init; } = SocketThreads.LongTurn;

    public bool IsDrained => _drained;

    public ValueTask WaitAsync()
    {
        bool isOver = _turn >= Turn;
        _turn = 0;
        if (isOver)
            return LetOthersAsync();
        // An event is told once: what it told of must be read to its end before another is waited for.
        if (!_drained)
            return ValueTask.CompletedTask;
        _drained = false;
        return _readable.StartAsync();
    }

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (_drained || _turn >= Turn)
        {
            return ReadStatus.Blocked;
        }
        bytes = _socket.TryReceive(destination, out SocketError error);
        if (error is SocketError.WouldBlock)
        {
            _drained = true;
            return ReadStatus.Blocked;
        }
        if (error is not SocketError.Success)
        {
            return ReadStatus.Broken;
        }
        _turn += bytes;
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

    // The loop goes on watching a connection that is idle: only where it told of something the socket is asked, which may be of what was read already.
    public bool HasStirred => _readable.MayHaveStirred && !IsQuiet();

    public bool IsQuiet() => SocketProbe.IsQuiet(_socket);

    public void Abort()
    {
        _socket.Close(timeout: 0);
        _readable.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _readable.Dispose();
    }

    /// <summary>The rest is still in the socket, so it is no event that is waited for.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask LetOthersAsync() => await Task.Yield();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_readable is not SocketWatch watch)
        {
            while (!data.IsEmpty)
                data = data[await _socket.SendAsync(data, SocketFlags.None, cancellationToken)..];
            return;
        }

        LoopedWait writable = watch.Writable;
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static writable => ((LoopedWait)writable!).Wake(), writable);
        while (true)
        {
            int sent = _socket.Send(data.Span, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
                throw new SocketException((int)error);
            data = data[sent..];
            if (data.IsEmpty)
                return;
            await writable.StartAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
