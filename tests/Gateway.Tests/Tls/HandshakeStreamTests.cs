using System.Net;
using System.Net.Sockets;
using Gateway.Tls;
using TestKit.Sockets;

namespace Gateway.Tests.Tls;

public sealed class HandshakeStreamTests
{
    // A hop that is over before anybody awaits it is not seen, so one read would not do.
    private const int Reads = 20;

    /// <summary>Bytes that are there would else be read, and gone on with, on the caller's thread: with inline completions, the one that serves every socket.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task ReadAsync_BytesAreThere_StaysOnTheThreadOnlyAfterTheHandshake(bool inHandshake, bool stays)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using Socket peer = await listener.AcceptAsync();
        await peer.SendAsync(new byte[Reads]);
        Assert.True(client.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
        await using HandshakeStream stream = new(client, ownsSocket: false) { InHandshake = inHandshake };

        // A thread of its own: the pool never goes on there.
        Task<bool> stayed = Task.Factory.StartNew(() => StaysAsync(stream), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        Assert.Equal(stays, await stayed.OrFail("the read does not end", nameof(HandshakeStreamTests), 0));
    }

    private static async Task<bool> StaysAsync(HandshakeStream stream)
    {
        Thread before = Thread.CurrentThread;
        for (int i = 0; i < Reads; i++)
            Assert.Equal(1, await stream.ReadAsync(new byte[1]));
        return Thread.CurrentThread == before;
    }
}
