using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Gateway.Sockets;
using Gateway.Streaming;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting.Transport;

/// <summary>
/// A connection's input without a pipe in between: what is asked for is received then, into a rented block that goes back as soon as everything in it is
/// consumed, so a connection that waits for its next request holds no memory here. Kestrel's own way is a receiving loop that fills a pipe ahead of its reader.
/// Back-pressure is the socket's own.
/// </summary>
/// <param name="socket">Non-blocking.</param>
/// <param name="watch">Its watch.</param>
/// <param name="ended">Called once, when there is nothing more to come.</param>
internal sealed class SocketPipeReader(Socket socket, SocketWatch watch, Action ended) : PipeReader
{
    // A request with a conversation in it fits the first; an upload fills larger ones.
    internal const int FirstBlock = 4 << 10;
    internal const int LargestBlock = 64 << 10;

    private readonly ReceivedSegment _segment = new();
    private byte[] _block = [];
    private int _nextBlock = FirstBlock;
    private int _start;
    private int _examined;
    private int _end;
    private bool _isEnded;
    private int _isCancelled;
    private Exception? _failure;

    // A receive that did not fill its buffer emptied the socket: until more is told of, another system call would find nothing.
    private bool _isDrained = true;

    // Bytes since somebody else had the thread.
    private int _turn;

    /// <summary>As <see cref="SocketThreads.LongTurn"/>, but less: requests that come in a row cost more than the bytes of one.</summary>
    internal int Turn { get; init; } = LargestBlock;

    public override bool TryRead(out ReadResult result)
    {
        bool isCancelled = Volatile.Read(ref _isCancelled) != 0 && Interlocked.Exchange(ref _isCancelled, 0) != 0;
        bool isThere = isCancelled || _examined < _end || _isEnded || Volatile.Read(ref _failure) is not null || Receive();
        result = isThere ? Result(isCancelled) : default;
        return isThere;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        => TryRead(out ReadResult result) ? new(result) : WaitAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = Math.Max(examined.GetInteger(), _start);
        if (_start == _end)
            Release();
    }

    /// <summary>Any thread.</summary>
    public override void CancelPendingRead()
    {
        Volatile.Write(ref _isCancelled, 1);
        watch.Wake();
    }

    /// <summary>Gives back what nobody will read.</summary>
    public override void Complete(Exception? exception = null)
    {
        _isEnded = true;
        Release();
    }

    /// <summary>Whoever reads from here on is told this; any thread.</summary>
    internal void Fail(Exception reason) => Interlocked.CompareExchange(ref _failure, reason, null);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static watch => ((LoopedWait)watch!).Wake(), watch);
        ReadResult result;
        if (_turn >= Turn)
        {
            await Task.Yield();
            _turn = 0;
            if (TryRead(out result))
                return result;
        }

        do
        {
            await watch.StartAsync();
            _turn = 0;
            cancellationToken.ThrowIfCancellationRequested();
            _isDrained = false;
        }
        while (!TryRead(out result));
        return result;
    }

    /// <summary>Takes what the socket has; the end as well, where it is known to be there, since nobody reads while a request is answered.</summary>
    /// <returns>False: nothing yet.</returns>
    private bool Receive()
    {
        if (_turn >= Turn || (_isDrained && !watch.MayHaveStirred))
            return false;
        MakeRoom();
        int before = _end;
        do
        {
            int bytes = socket.TryReceive(_block.AsSpan(_end), out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                _isDrained = true;
                _nextBlock = FirstBlock;
                if (_start == _end)
                    Release();
                return _end > before;
            }

            _end += bytes;
            _turn += bytes;
            if (bytes == 0)
                End(error);
        }
        while (!_isEnded && _end < _block.Length && watch.HasEnded);
        _isDrained = _end < _block.Length;
        if (!_isDrained)
            _nextBlock = Math.Min(_block.Length * 4, LargestBlock);
        return true;
    }

    private void End(SocketError error)
    {
        _isEnded = true;
        if (error != SocketError.Success)
            Fail(new ConnectionResetException("The client's connection broke.", new SocketException((int)error)));
        ended();
    }

    private void MakeRoom()
    {
        if (_end < _block.Length)
            return;
        int held = _end - _start;
        byte[] block = RentedBuffers.Pool.Rent(Math.Max(_nextBlock, held * 2));
        int examined = _examined - _start;
        _block.AsSpan(_start, held).CopyTo(block);
        Release();
        (_block, _end, _examined) = (block, held, examined);
        _segment.Hold(block);
    }

    private void Release()
    {
        byte[] block = _block;
        (_block, _start, _examined, _end) = ([], 0, 0, 0);
        if (block.Length > 0)
            RentedBuffers.Pool.Return(block);
    }

    private ReadResult Result(bool isCancelled)
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw failure;
        return new(_start == _end ? default : new ReadOnlySequence<byte>(_segment, _start, _segment, _end), isCancelled, _isEnded);
    }
}
