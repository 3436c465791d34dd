using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Sockets;
using Gateway.Streaming;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting.Transport;

/// <summary>
/// A connection's output without a pipe in between: a flush is one system call from a rented block, which goes back at once, so a stream that waits for its
/// next event holds no memory here, and the block may be as long as a burst. Kestrel's own way is a pipe, a sending loop that is woken for each flush, and blocks of
/// 4 KiB, sent as a list.
/// A flush ends when the system has taken everything: back-pressure begins where the client's receive window ends.
/// </summary>
internal sealed class SocketPipeWriter : PipeWriter, IDisposable
{
    // A burst of a hundred events; what fills it is sent before it is flushed.
    internal const int Block = 32 << 10;

    private readonly ClientConnection _connection;
    private readonly Socket _socket;
    private readonly SocketWatch _watch;
    private readonly Lock _gate = new();
    private List<ArraySegment<byte>>? _waiting;
    private byte[] _block = [];
    private int _written;
    private bool _isCancelled;
    private bool _isBroken;
    private bool _isSending;

    /// <param name="connection">Aborted when the client is gone; its socket is non-blocking.</param>
    /// <param name="watch">Tells when the client takes bytes again.</param>
    internal SocketPipeWriter(ClientConnection connection, SocketWatch watch)
    {
        _connection = connection;
        _socket = connection.Socket;
        _watch = watch;
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

    /// <summary>What was flushed is with the system: the connection ends.</summary>
    public override void Complete(Exception? exception = null) => _connection.Finish();

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
        if (_written > 0)
            SendAhead();
        if (_block.Length >= room)
            return;
        if (_block.Length > 0)
            RentedBuffers.Pool.Return(_block);
        _block = RentedBuffers.Pool.Rent(Math.Max(room, Block));
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
    private int SendBlock() => SendSome(_block.AsSpan(0, _written));

    private int SendSome(ReadOnlySpan<byte> data)
    {
        int sent = 0;
        while (sent < data.Length && !_isBroken)
        {
            sent += _socket.TrySend(data[sent..], out SocketError error);
            if (error == SocketError.WouldBlock)
                break;
            if (error != SocketError.Success)
                Break();
        }

        return sent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> SendRestAsync(int sent)
    {
        lock (_gate)
            _isSending = true;
        for (int i = 0; i < _waiting?.Count; i++)
            await SendAsync(_waiting[i]);
        await SendAsync(KeepRest(sent));
        // Before the caller goes on: it writes at once.
        Release();
        lock (_gate)
            _isSending = false;
        return Result();
    }

    /// <summary>A client that is slow to take the end of a block need not hold all of it meanwhile.</summary>
    private ReadOnlyMemory<byte> KeepRest(int sent)
    {
        ReadOnlyMemory<byte> rest = _block.AsMemory(sent, _written - sent);
        if (rest.IsEmpty || rest.Length > _block.Length / 2)
            return rest;
        byte[] smaller = RentedBuffers.Pool.Rent(rest.Length);
        rest.CopyTo(smaller);
        RentedBuffers.Pool.Return(_block);
        (_block, _written) = (smaller, rest.Length);
        return smaller.AsMemory(0, rest.Length);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        LoopedWait writable = _watch.Writable;
        while (true)
        {
            data = data[SendSome(data.Span)..];
            if (data.IsEmpty || _isBroken)
                return;
            await writable.StartAsync();
        }
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
