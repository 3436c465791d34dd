using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.Hosting.Transport;
using Gateway.Streaming;
using Gateway.Tests.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Hosting.Transport;

/// <summary>Over real sockets. Runs alone: it counts what the process has rented.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SocketPipeWriterTests : IAsyncDisposable
{
    private readonly long _rentedBefore = RentedBuffers.Pool.Outstanding;
    private readonly Socket _peer;
    private readonly ClientConnection _connection;
    private readonly PipeWriter _writer;

    public SocketPipeWriterTests()
    {
        (Socket socket, _peer) = SocketPairs.Connect(bufferBytes: 4096);
        _connection = new(socket);
        _writer = _connection.Transport.Output;
    }

    [Fact]
    public async Task Flush_ClientTakesIt_IsOverAtOnceAndHoldsNothing()
    {
        Write("hello"u8);
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal("hello"u8.ToArray(), Receive(5));
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public void GetMemory_Twice_IsTheSameMemory()
    {
        Memory<byte> first = _writer.GetMemory(100);
        Assert.True(first.Span == _writer.GetMemory(200).Span);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(SocketPipeWriter.Block - 1)]
    [InlineData(SocketPipeWriter.Block)]
    [InlineData(SocketPipeWriter.Block + 1)]
    [InlineData(3_000_000)]
    public async Task Flush_WhateverWasWritten_ArrivesInOrder(int bytes)
    {
        byte[] data = SocketPairs.Numbered(bytes);
        Task<byte[]> receiving = Task.Run(() => Receive(bytes));
        for (int at = 0; at < bytes; at += 1000)
            Write(data.AsSpan(at, Math.Min(1000, bytes - at)));
        FlushResult result = await _writer.FlushAsync().AsTask().OrFail("the flush did not end");
        Assert.False(result.IsCompleted);
        Assert.Equal(data, await receiving.OrFail("not everything came"));
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Flush_ClientTakesNothing_WaitsUntilItDoes()
    {
        byte[] data = SocketPairs.Numbered(4_000_000);
        Write(data);
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        Assert.False(flush.IsCompleted);
        Task<byte[]> receiving = Task.Run(() => Receive(data.Length));
        await flush.OrFail("the flush did not end");
        Write("end"u8);
        await _writer.FlushAsync();
        Assert.Equal(data, await receiving);
        Assert.Equal("end"u8.ToArray(), Receive(3));
    }

    [Fact]
    public async Task Flush_ClientTakesNoMoreOfASmallPiece_TheRestArrivesInOrder()
    {
        byte[] data = SocketPairs.Numbered(4_000_000);
        int written = 0;
        Task<FlushResult> flush;
        do
        {
            Write(data.AsSpan(written, 1000));
            written += 1000;
            flush = _writer.FlushAsync().AsTask();
        }
        while (flush.IsCompleted);
        Task<byte[]> receiving = Task.Run(() => Receive(written));
        Assert.False((await flush.OrFail("the flush did not end")).IsCompleted);
        Assert.Equal(data[..written], await receiving);
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Flush_ClientGoneMeanwhile_SaysSoAndAborts()
    {
        Write(SocketPairs.Numbered(4_000_000));
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        _peer.Close(timeout: 0);
        Assert.True((await flush.OrFail("the flush did not end")).IsCompleted);
        await _connection.ConnectionClosed.Happens("the connection was not told to be closed");
        Write("more"u8);
        Assert.True((await _writer.FlushAsync()).IsCompleted);
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Dispose_WhileAFlushWaits_EndsItAndGivesItsMemoryBack()
    {
        Write(SocketPairs.Numbered(4_000_000));
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        await _connection.DisposeAsync();
        await flush.OrFail("the flush did not end");
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Dispose_Unflushed_GivesBack()
    {
        Write("never sent"u8);
        await _connection.DisposeAsync();
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task CancelPendingFlush_IsToldOnce()
    {
        _writer.CancelPendingFlush();
        Assert.True((await _writer.FlushAsync()).IsCanceled);
        Assert.False((await _writer.FlushAsync()).IsCanceled);
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        await _connection.DisposeAsync();
    }

    private void Write(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_writer.GetSpan(data.Length));
        _writer.Advance(data.Length);
    }

    private byte[] Receive(int bytes)
    {
        byte[] data = new byte[bytes];
        for (int at = 0; at < bytes;)
        {
            int taken = _peer.Receive(data.AsSpan(at));
            Assert.NotEqual(0, taken);
            at += taken;
        }

        return data;
    }
}
