using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Gateway.Hosting;
using Gateway.Streaming;
using Gateway.Tests.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Hosting;

/// <summary>Over real sockets. Runs alone: it counts what the process has rented.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SocketPipeWriterTests : IDisposable
{
    private readonly long _rentedBefore = RentedBuffers.Pool.Outstanding;
    private readonly CancellationTokenSource _aborted = new();
    private readonly Socket _peer;
    private readonly Socket _socket;
    private readonly SocketPipeWriter _writer;

    public SocketPipeWriterTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        _peer.Connect(listener.LocalEndPoint!);
        _socket = listener.Accept();
        _socket.SendBufferSize = 4096;
        Pipe unused = new();
        _writer = new(new ClosableConnection(_aborted) { Transport = new FixedPipes(unused.Reader, unused.Writer) }, _socket);
    }

    [Fact]
    public async Task Flush_ClientTakesIt_IsOverAtOnceAndHoldsNothing()
    {
        Write("hello"u8);
        ValueTask<FlushResult> flush = _writer.FlushAsync();
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
    [InlineData(SocketPipeWriter.FirstBlock - 1)]
    [InlineData(SocketPipeWriter.FirstBlock)]
    [InlineData(SocketPipeWriter.FirstBlock + 1)]
    [InlineData(SocketPipeWriter.LargestBlock)]
    [InlineData(SocketPipeWriter.LargestBlock + 1)]
    [InlineData(3_000_000)]
    public async Task Flush_WhateverWasWritten_ArrivesInOrder(int bytes)
    {
        byte[] data = Numbered(bytes);
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
        byte[] data = Numbered(4_000_000);
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
    public async Task Flush_ClientGoneMeanwhile_SaysSoAndAborts()
    {
        Write(Numbered(4_000_000));
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        _peer.Close(timeout: 0);
        Assert.True((await flush.OrFail("the flush did not end")).IsCompleted);
        Assert.True(_aborted.IsCancellationRequested);
        Write("more"u8);
        Assert.True((await _writer.FlushAsync()).IsCompleted);
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Dispose_WhileAFlushWaits_LeavesItsMemoryUntilItEnds()
    {
        Write(Numbered(4_000_000));
        Task<FlushResult> flush = _writer.FlushAsync().AsTask();
        _writer.Dispose();
        Assert.NotEqual(_rentedBefore, RentedBuffers.Pool.Outstanding);
        _socket.Dispose();
        await flush.OrFail("the flush did not end");
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public void Dispose_Unflushed_GivesBack()
    {
        Write("never sent"u8);
        _writer.Dispose();
        Assert.Equal(_rentedBefore, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task CancelPendingFlush_IsToldOnce()
    {
        _writer.CancelPendingFlush();
        Assert.True((await _writer.FlushAsync()).IsCanceled);
        Assert.False((await _writer.FlushAsync()).IsCanceled);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _socket.Dispose();
        _writer.Dispose();
        _aborted.Dispose();
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

    private static byte[] Numbered(int bytes)
    {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++)
            data[i] = (byte)(i * 7 / 251);
        return data;
    }
}
