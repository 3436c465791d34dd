using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Streaming;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting;

/// <summary>
/// A connection's output without a pipe in between: a flush is one system call from a rented block, which goes back at once, so a stream that waits for its
/// next event holds no memory here. Kestrel's own way is a pipe, a sending loop that is woken for each flush, and blocks of 4 KiB, sent as a list.
/// A flush ends when the system has taken everything: back-pressure begins where the client's receive window ends.
/// </summary>
internal sealed class SocketPipeWriter : PipeWriter, IDisposable
{
    // One event fits the first; a burst fills the second, and what fills that is sent before it is flushed.
    internal const int FirstBlock = 4 << 10;
    internal const int LargestBlock = 16 << 10;

    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly PipeWriter _platform;
    private readonly Lock _gate = new();
    private List<ArraySegment<byte>>? _waiting;
    private byte[] _block = [];
    private int _written;
    private bool _isCancelled;
    private bool _isBroken;
    private bool _isSending;

    /// <param name="connection">Aborted when the client is gone.</param>
    /// <param name="socket">Its socket.</param>
    internal SocketPipeWriter(ConnectionContext connection, Socket socket)
    {
        // For our own calls; the platform's asynchronous ones do not ask.
        socket.Blocking = false;
        _connection = connection;
        _socket = socket;
        _platform = connection.Transport.Output;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            long bytes = _written;
            for (int i = 0; i < _waiting?.Count; i++)
                bytes += _waiting[i].Count;
            return bytes;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        int room = Math.Max(sizeHint, 1);
        if (_block.Length - _written < room)
            MakeRoom(room);
        return _block.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_block.Length - _written));
        _written += bytes;
    }

    /// <param name="cancellationToken">Not looked at: whoever cancels closes the connection, which ends the flush.</param>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        int sent = _waiting is null ? SendBlock() : 0;
        if ((_waiting is not null || sent < _written) && !_isBroken)
            return SendRestAsync(sent);
        Release();
        return new(Result());
    }

    /// <summary>Reported by the flush that is under way, or the next one: what it was to send is sent all the same.</summary>
    public override void CancelPendingFlush() => _isCancelled = true;

    public override void Complete(Exception? exception = null) => _platform.Complete(exception);

    /// <summary>Called when the connection has been served: gives back what nobody will flush; a flush that is under way does so at its end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isSending)
                return;
        }

        Release();
    }

    private void MakeRoom(int room)
    {
        if (_written > 0 && _block.Length < LargestBlock && _written + room <= LargestBlock)
        {
            byte[] larger = RentedBuffers.Pool.Rent(LargestBlock);
            _block.AsSpan(0, _written).CopyTo(larger);
            RentedBuffers.Pool.Return(_block);
            _block = larger;
            return;
        }

        if (_written > 0)
            SendAhead();
        if (_block.Length >= room)
            return;
        if (_block.Length > 0)
            RentedBuffers.Pool.Return(_block);
        _block = RentedBuffers.Pool.Rent(Math.Max(room, FirstBlock));
    }

    /// <summary>What is written may go at any time; what the system does not take now waits for the flush.</summary>
    private void SendAhead()
    {
        int sent = _waiting is null ? SendBlock() : 0;
        if (sent < _written && !_isBroken)
        {
            (_waiting ??= []).Add(new(_block, sent, _written - sent));
            _block = [];
        }

        _written = 0;
    }

    /// <summary>Sends what the system takes of the block at once.</summary>
    private int SendBlock()
    {
        int sent = 0;
        while (sent < _written && !_isBroken)
        {
            try
            {
                sent += _socket.Send(_block.AsSpan(sent, _written - sent), SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock)
                    break;
                if (error != SocketError.Success)
                    Break();
            }
            catch (ObjectDisposedException)
            {
                Break();
            }
        }

        return sent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> SendRestAsync(int sent)
    {
        lock (_gate)
            _isSending = true;
        try
        {
            for (int i = 0; i < _waiting?.Count; i++)
                await SendAsync(_waiting[i]);
            await SendAsync(_block.AsMemory(sent, _written - sent));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Break();
        }

        // Before the caller goes on: it writes at once.
        Release();
        lock (_gate)
            _isSending = false;
        return Result();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
            data = data[await _socket.SendAsync(data, SocketFlags.None)..];
    }

    /// <summary>The client is gone: what is written from here on is nobody's.</summary>
    private void Break()
    {
        _isBroken = true;
        _connection.Abort(new ConnectionAbortedException("The client has closed its connection."));
    }

    private void Release()
    {
        for (int i = 0; i < _waiting?.Count; i++)
            RentedBuffers.Pool.Return(_waiting[i].Array!);
        _waiting = null;
        byte[] block = _block;
        (_block, _written) = ([], 0);
        if (block.Length > 0)
            RentedBuffers.Pool.Return(block);
    }

    private FlushResult Result()
    {
        bool isCancelled = _isCancelled;
        _isCancelled = false;
        return new(isCancelled, _isBroken);
    }
}
