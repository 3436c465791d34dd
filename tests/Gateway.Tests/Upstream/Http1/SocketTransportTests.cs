using System.Net;
using System.Net.Sockets;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>The transport over the loop: each change is told once, so none may be lost.</summary>
public sealed class SocketTransportTests : IAsyncLifetime
{
    private readonly Socket _listener = Listen(10);
    private SocketTransport _transport = null!;
    private Socket _peer = null!;

    public async Task InitializeAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _transport = await SocketTransport.ConnectAsync(socket, _listener.LocalEndPoint!, CancellationToken.None);
        _peer = await _listener.AcceptAsync();
        _peer.NoDelay = true;
        await Task.Yield(); // the loop's thread has connected: a test that blocks must not run on it
    }

    [Fact]
    public async Task Wait_BytesCameBefore_EndsAtOnce()
    {
        _peer.Send("one"u8);
        await _transport.WaitAsync().AsTask().OrFail("the wait did not end");
        Assert.Equal("one", Read());
        _peer.Send("two"u8);
        await _transport.WaitAsync().AsTask().OrFail("the second wait did not end");
        Assert.Equal("two", Read());
    }

    [Fact]
    public async Task Wait_NotReadToTheEnd_EndsAtOnce()
    {
        _peer.Send("abcd"u8);
        await _transport.WaitAsync().AsTask().OrFail("the wait did not end");
        Assert.Equal(ReadStatus.Data, _transport.Read(new byte[2], out _));
        Assert.False(_transport.IsDrained);
        ValueTask again = _transport.WaitAsync();
        Assert.True(again.IsCompleted);
        await again;
        Assert.Equal("cd", Read());
        Assert.True(_transport.IsDrained);
    }

    [Fact]
    public async Task Read_ItsTurnIsOver_IsBlockedUntilOthersHadTheThread()
    {
        (Socket socket, Socket peer) = SocketPairs.Connect();
        using SocketTransport transport = new(socket) { Turn = 8 };
        using Socket sender = peer;
        sender.Send("twelve bytes and more"u8);
        await transport.WaitAsync().AsTask().OrFail("the wait did not end");
        byte[] room = new byte[6];
        Assert.Equal(ReadStatus.Data, transport.Read(room, out _));
        Assert.Equal(ReadStatus.Data, transport.Read(room, out _));
        Assert.Equal(ReadStatus.Blocked, transport.Read(room, out _));
        Assert.False(transport.IsDrained);

        CountingContext context = new();
        Task wait = context.Run(() => transport.WaitAsync().AsTask());
        Assert.Equal(1, context.Posts);
        await wait.OrFail("the turn did not come back");
        Assert.Equal(ReadStatus.Data, transport.Read(room, out int bytes));
        Assert.Equal(" and m"u8.ToArray(), room[..bytes]);
    }

    [Fact]
    public async Task Wait_EndCameWithTheLastBytes_EndsAtOnce()
    {
        _peer.Send("last"u8);
        _peer.Shutdown(SocketShutdown.Send);
        await _transport.WaitAsync().AsTask().OrFail("the wait did not end");
        Assert.Equal("last", Read());
        await _transport.WaitAsync().AsTask().OrFail("the end was not told");
        Assert.Equal(ReadStatus.End, _transport.Read(new byte[8], out _));
    }

    [Fact]
    public async Task Wait_Reset_EndsAndTheReadIsBroken()
    {
        ValueTask waiting = _transport.WaitAsync();
        _peer.Close(timeout: 0);
        await waiting.AsTask().OrFail("the reset was not told");
        Assert.Equal(ReadStatus.Broken, _transport.Read(new byte[8], out _));
    }

    [Fact]
    public async Task HasStirred_NothingThenBytesOfNoRequest_IsTrueThen()
    {
        Assert.False(_transport.HasStirred);
        _peer.Send("HTTP/1.1 408 Request Timeout\r\n\r\n"u8);
        Assert.True(SpinWait.SpinUntil(() => _transport.HasStirred, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task HasStirred_EverythingWasRead_IsFalse()
    {
        _peer.Send("one"u8);
        await _transport.WaitAsync().AsTask().OrFail("the wait did not end");
        Assert.Equal("one", Read());
        Assert.False(_transport.HasStirred);
    }

    [Fact]
    public async Task Abort_WhileWaiting_EndsTheWait()
    {
        ValueTask waiting = _transport.WaitAsync();
        _transport.Abort();
        await waiting.AsTask().OrFail("the wait did not end");
        Assert.Equal(ReadStatus.Broken, _transport.Read(new byte[8], out _));
    }

    [Fact]
    public async Task Wait_PeerAnswersEachByte_NoneIsLost()
    {
        const int Rounds = 5_000;
        Thread echo = new(() => Echo(Rounds)) { IsBackground = true };
        echo.Start();
        await RoundsAsync(Rounds).OrFail("an event was lost");
    }

    [Fact]
    public async Task Send_PeerTakesNothing_WaitsUntilItDoes()
    {
        byte[] data = new byte[8_000_000];
        new Random(1).NextBytes(data);
        Task sending = _transport.SendAsync(data, CancellationToken.None).AsTask();
        Assert.False(sending.IsCompleted);
        byte[] received = new byte[data.Length];
        for (int at = 0; at < received.Length;)
            at += await _peer.ReceiveAsync(received.AsMemory(at)).OrFail("not everything came");
        await sending.OrFail("the send did not end");
        Assert.Equal(data, received);
    }

    [Fact]
    public async Task Send_CancelledWhilePeerTakesNothing_Ends()
    {
        using CancellationTokenSource cancel = new();
        Task sending = _transport.SendAsync(new byte[8_000_000], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => sending.OrFail("the send did not end"));
    }

    [Fact]
    public async Task Send_PeerGoneMeanwhile_Throws()
    {
        Task sending = _transport.SendAsync(new byte[8_000_000], CancellationToken.None).AsTask();
        _peer.Close(timeout: 0);
        await Assert.ThrowsAsync<SocketException>(() => sending.OrFail("the send did not end"));
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRefused()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => SocketTransport.ConnectAsync(socket, closed.LocalEndPoint!, CancellationToken.None));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_Cancelled_Ends()
    {
        // Its queue is full: a further connection attempt stays without an answer.
        using Socket listener = Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var cancel = new CancellationTokenSource();
        Task<SocketTransport> connecting = SocketTransport.ConnectAsync(second, listener.LocalEndPoint!, cancel.Token);
        Assert.False(connecting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
    }

    public Task DisposeAsync()
    {
        _transport.Dispose();
        _peer.Dispose();
        _listener.Dispose();
        return Task.CompletedTask;
    }

    private async Task RoundsAsync(int rounds)
    {
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            one[0] = (byte)i;
            await _transport.SendAsync(one, CancellationToken.None);
            while (_transport.Read(one, out _) is ReadStatus.Blocked)
                await _transport.WaitAsync();
            Assert.Equal((byte)i, one[0]);
        }
    }

    private void Echo(int rounds)
    {
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            if (_peer.Receive(one) == 0)
                return;
            _peer.Send(one);
        }
    }

    private string Read()
    {
        byte[] buffer = new byte[64];
        Assert.Equal(ReadStatus.Data, _transport.Read(buffer, out int bytes));
        return System.Text.Encoding.ASCII.GetString(buffer, 0, bytes);
    }

    private static Socket Listen(int backlog)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }
}
