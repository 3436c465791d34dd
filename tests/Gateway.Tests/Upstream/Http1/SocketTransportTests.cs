using System.Net;
using System.Net.Sockets;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>The transport over the loop: each change is told once, so none may be lost.</summary>
public sealed class SocketTransportTests
{
    [Fact]
    public async Task Wait_BytesCameBefore_EndsAtOnce()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            peer.Send("one"u8);
            await transport.WaitAsync().AsTask().OrFail("the wait did not end");
            Assert.Equal("one", Read(transport));
            peer.Send("two"u8);
            await transport.WaitAsync().AsTask().OrFail("the second wait did not end");
            Assert.Equal("two", Read(transport));
        }
    }

    [Fact]
    public async Task Wait_NotReadToTheEnd_EndsAtOnce()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            peer.Send("abcd"u8);
            await transport.WaitAsync().AsTask().OrFail("the wait did not end");
            Assert.Equal(ReadStatus.Data, transport.Read(new byte[2], out _));
            Assert.False(transport.IsDrained);
            ValueTask again = transport.WaitAsync();
            Assert.True(again.IsCompleted);
            await again;
            Assert.Equal("cd", Read(transport));
            Assert.True(transport.IsDrained);
        }
    }

    [Fact]
    public async Task Wait_EndCameWithTheLastBytes_EndsAtOnce()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            peer.Send("last"u8);
            peer.Shutdown(SocketShutdown.Send);
            await transport.WaitAsync().AsTask().OrFail("the wait did not end");
            Assert.Equal("last", Read(transport));
            await transport.WaitAsync().AsTask().OrFail("the end was not told");
            Assert.Equal(ReadStatus.End, transport.Read(new byte[8], out _));
        }
    }

    [Fact]
    public async Task Wait_Reset_EndsAndTheReadIsBroken()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        {
            ValueTask waiting = transport.WaitAsync();
            peer.Close(timeout: 0);
            await waiting.AsTask().OrFail("the reset was not told");
            Assert.Equal(ReadStatus.Broken, transport.Read(new byte[8], out _));
        }
    }

    [Fact]
    public async Task HasStirred_NothingThenBytesOfNoRequest_IsTrueThen()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            Assert.False(transport.HasStirred);
            peer.Send("HTTP/1.1 408 Request Timeout\r\n\r\n"u8);
            Assert.True(SpinWait.SpinUntil(() => transport.HasStirred, TimeSpan.FromSeconds(5)));
        }
    }

    [Fact]
    public async Task HasStirred_EverythingWasRead_IsFalse()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            peer.Send("one"u8);
            await transport.WaitAsync().AsTask().OrFail("the wait did not end");
            Assert.Equal("one", Read(transport));
            Assert.False(transport.HasStirred);
        }
    }

    [Fact]
    public async Task Abort_WhileWaiting_EndsTheWait()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            ValueTask waiting = transport.WaitAsync();
            transport.Abort();
            await waiting.AsTask().OrFail("the wait did not end");
            Assert.Equal(ReadStatus.Broken, transport.Read(new byte[8], out _));
        }
    }

    [Fact]
    public async Task Wait_PeerAnswersEachByte_NoneIsLost()
    {
        const int Rounds = 5_000;
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            Thread echo = new(() => Echo(peer, Rounds)) { IsBackground = true };
            echo.Start();
            await RoundsAsync(transport, Rounds).OrFail("an event was lost");
        }
    }

    [Fact]
    public async Task Send_PeerTakesNothing_WaitsUntilItDoes()
    {
        byte[] data = new byte[8_000_000];
        new Random(1).NextBytes(data);
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            Task sending = transport.SendAsync(data, CancellationToken.None).AsTask();
            Assert.False(sending.IsCompleted);
            byte[] received = new byte[data.Length];
            for (int at = 0; at < received.Length;)
                at += await peer.ReceiveAsync(received.AsMemory(at)).OrFail("not everything came");
            await sending.OrFail("the send did not end");
            Assert.Equal(data, received);
        }
    }

    [Fact]
    public async Task Send_CancelledWhilePeerTakesNothing_Ends()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        using (peer)
        {
            using CancellationTokenSource cancel = new();
            Task sending = transport.SendAsync(new byte[8_000_000], cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => sending.OrFail("the send did not end"));
        }
    }

    [Fact]
    public async Task Send_PeerGoneMeanwhile_Throws()
    {
        (SocketTransport transport, Socket peer) = await ConnectAsync();
        using (transport)
        {
            Task sending = transport.SendAsync(new byte[8_000_000], CancellationToken.None).AsTask();
            peer.Close(timeout: 0);
            await Assert.ThrowsAsync<SocketException>(() => sending.OrFail("the send did not end"));
        }
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
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var cancel = new CancellationTokenSource();
        Task<SocketTransport> connecting = SocketTransport.ConnectAsync(second, listener.LocalEndPoint!, cancel.Token);
        Assert.False(connecting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
    }

    private static async Task RoundsAsync(SocketTransport transport, int rounds)
    {
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            one[0] = (byte)i;
            await transport.SendAsync(one, CancellationToken.None);
            while (transport.Read(one, out _) is ReadStatus.Blocked)
                await transport.WaitAsync();
            Assert.Equal((byte)i, one[0]);
        }
    }

    private static void Echo(Socket peer, int rounds)
    {
        byte[] one = new byte[1];
        for (int i = 0; i < rounds; i++)
        {
            if (peer.Receive(one) == 0)
                return;
            peer.Send(one);
        }
    }

    private static string Read(SocketTransport transport)
    {
        byte[] buffer = new byte[64];
        Assert.Equal(ReadStatus.Data, transport.Read(buffer, out int bytes));
        return System.Text.Encoding.ASCII.GetString(buffer, 0, bytes);
    }

    private static async Task<(SocketTransport Transport, Socket Peer)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SocketTransport transport = await SocketTransport.ConnectAsync(client, listener.LocalEndPoint!, CancellationToken.None);
        Socket peer = await listener.AcceptAsync();
        peer.NoDelay = true;
        return (transport, peer);
    }
}
