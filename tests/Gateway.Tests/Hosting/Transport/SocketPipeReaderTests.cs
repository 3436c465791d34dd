using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.Hosting.Transport;
using Gateway.Sockets;
using Gateway.Streaming;
using Gateway.Tests.Upstream.Http1;
using Microsoft.AspNetCore.Connections;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Hosting.Transport;

/// <summary>Over real sockets. Runs alone: it counts what the process has rented.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SocketPipeReaderTests : IAsyncDisposable
{
    private readonly long _rentedBefore = RentedBuffers.Pool.Outstanding;
    private readonly Socket _peer;
    private readonly ClientConnection _connection;
    private readonly PipeReader _reader;

    public SocketPipeReaderTests()
    {
        (Socket socket, _peer) = SocketPairs.Connect();
        _connection = new(socket);
        _reader = _connection.Transport.Input;
    }

    [Fact]
    public async Task Read_BytesComeLater_AreThem()
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
        _peer.Send("hello"u8);
        Assert.Equal("hello"u8.ToArray(), Consume(await reading.OrFail("the bytes did not come")));
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Read_PartIsConsumed_TheRestIsThereAtOnce()
    {
        _peer.Send("onetwo"u8);
        ReadResult both = await ReadAsync();
        _reader.AdvanceTo(both.Buffer.GetPosition(3));
        Assert.True(_reader.TryRead(out ReadResult rest));
        Assert.Equal("two"u8.ToArray(), Consume(rest));
        Assert.False(_reader.TryRead(out _));
    }

    [Fact]
    public async Task Read_EverythingWasExamined_WaitsForMore()
    {
        _peer.Send("GET / HT"u8);
        ReadResult part = await ReadAsync();
        _reader.AdvanceTo(part.Buffer.Start, part.Buffer.End);
        Assert.False(_reader.TryRead(out _));
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        _peer.Send("TP/1.1"u8);
        Assert.Equal("GET / HTTP/1.1"u8.ToArray(), Consume(await reading.OrFail("the rest did not come")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(SocketPipeReader.FirstBlock)]
    [InlineData(300_000)]
    public async Task Read_NothingConsumedUntilAllIsThere_IsWholeAndInOrder(int bytes)
    {
        byte[] data = SocketPairs.Numbered(bytes);
        Task sending = Task.Run(() => _peer.Send(data));
        while (true)
        {
            ReadResult result = await ReadAsync();
            if (result.Buffer.Length == bytes)
            {
                Assert.Equal(data, Consume(result));
                break;
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        await sending;
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Read_ItsTurnIsOver_LetsOthersHaveTheThreadFirst()
    {
        (Socket accepted, Socket peer) = SocketPairs.Connect();
        using Socket socket = accepted;
        using Socket sender = peer;
        socket.Blocking = false;
        using SocketWatch watch = EventLoop.TryWatch(socket)!;
        SocketPipeReader reader = new(socket, watch, static () => { }) { Turn = SocketPipeReader.FirstBlock };
        byte[] data = SocketPairs.Numbered(2 * SocketPipeReader.FirstBlock);
        sender.Send(data);
        Assert.True(SpinWait.SpinUntil(() => socket.Available == data.Length, TimeSpan.FromSeconds(5)));
        ReadResult first = await reader.ReadAsync().AsTask().OrFail("the bytes did not come");
        Assert.Equal(SocketPipeReader.FirstBlock, first.Buffer.Length);
        reader.AdvanceTo(first.Buffer.End);
        Assert.False(reader.TryRead(out _));

        CountingContext context = new();
        Task<ReadResult> reading = context.Run(() => reader.ReadAsync().AsTask());
        Assert.Equal(1, context.Posts);
        ReadResult rest = await reading.OrFail("the turn did not come back");
        Assert.Equal(data[SocketPipeReader.FirstBlock..], rest.Buffer.ToArray());
        reader.AdvanceTo(rest.Buffer.End);
        reader.Complete();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Read_ConsumedInPieces_IsWholeAndInOrder(int most)
    {
        byte[] data = SocketPairs.Numbered(20_000);
        Task sending = Task.Run(() =>
        {
            _peer.Send(data);
            _peer.Shutdown(SocketShutdown.Send);
        });
        List<byte> received = [];
        while (true)
        {
            ReadResult result = await ReadAsync();
            ReadOnlySequence<byte> piece = result.Buffer.Slice(0, Math.Min(most, result.Buffer.Length));
            received.AddRange(piece.ToArray());
            bool isEnd = result.IsCompleted && piece.Length == result.Buffer.Length;
            _reader.AdvanceTo(piece.End);
            if (isEnd)
                break;
        }

        await sending;
        Assert.Equal(data, received);
    }

    [Fact]
    public async Task Read_PeerHasClosedItsSide_EndsAfterItsBytesAndTheConnectionIsClosed()
    {
        _peer.Send("last"u8);
        _peer.Shutdown(SocketShutdown.Send);
        ReadResult result = await ReadAsync();
        while (!result.IsCompleted)
        {
            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await ReadAsync();
        }

        Assert.Equal("last"u8.ToArray(), Consume(result));
        await ClosedAsync();
    }

    [Fact]
    public async Task Connection_PeerLeavesWhileNobodyReads_IsClosed()
    {
        _peer.Send("a request"u8);
        Consume(await ReadAsync());
        _peer.Shutdown(SocketShutdown.Send);
        await ClosedAsync();
    }

    [Fact]
    public async Task Connection_EndCameWithTheRequest_IsClosed()
    {
        _peer.Send("a request"u8);
        _peer.Shutdown(SocketShutdown.Send);
        Consume(await ReadAsync());
        await ClosedAsync();
    }

    [Fact]
    public async Task Connection_PeerLeavesWithUnreadBytesBehindIt_IsClosed()
    {
        _peer.Send("a request"u8);
        Consume(await ReadAsync());
        _peer.Send("another"u8);
        _peer.Close(timeout: 0);
        await ClosedAsync();
    }

    [Fact]
    public async Task Read_Reset_SaysSo()
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        _peer.Close(timeout: 0);
        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.OrFail("the reset was not told"));
        await ClosedAsync();
    }

    [Fact]
    public async Task Read_Aborted_ThrowsTheReason()
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        ConnectionAbortedException reason = new("over");
        _connection.Abort(reason);
        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.OrFail("the read did not end")));
        Assert.Throws<SocketException>(() => _peer.Receive(new byte[1]));
        await ClosedAsync();
    }

    [Fact]
    public async Task CancelPendingRead_WhileWaiting_EndsItOnceWithoutBytes()
    {
        Task<ReadResult> reading = _reader.ReadAsync().AsTask();
        _reader.CancelPendingRead();
        Assert.True((await reading.OrFail("the read did not end")).IsCanceled);
        _reader.AdvanceTo(default);
        Task<ReadResult> next = _reader.ReadAsync().AsTask();
        _peer.Send("x"u8);
        ReadResult result = await next.OrFail("the byte did not come");
        Assert.False(result.IsCanceled);
        Assert.Equal("x"u8.ToArray(), Consume(result));
    }

    [Fact]
    public async Task CancelPendingRead_Before_EndsTheNextOne()
    {
        _reader.CancelPendingRead();
        Assert.True((await ReadAsync()).IsCanceled);
    }

    [Fact]
    public async Task Read_TokenCancelled_Throws()
    {
        using CancellationTokenSource cancel = new();
        Task<ReadResult> reading = _reader.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.OrFail("the read did not end"));
        _peer.Send("x"u8);
        Assert.Equal("x"u8.ToArray(), Consume(await ReadAsync()));
    }

    [Fact]
    public async Task Complete_Unread_GivesBack()
    {
        _peer.Send("never read"u8);
        await ReadAsync();
        _reader.Complete();
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
        Assert.True((await ReadAsync()).IsCompleted);
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await _connection.DisposeAsync();
    }

    private Task<ReadResult> ReadAsync() => _reader.ReadAsync().AsTask().OrFail("nothing came");

    private byte[] Consume(ReadResult result)
    {
        byte[] bytes = result.Buffer.ToArray();
        _reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    private Task ClosedAsync() => _connection.ConnectionClosed.Happens("nobody was told that the connection is closed");
}
