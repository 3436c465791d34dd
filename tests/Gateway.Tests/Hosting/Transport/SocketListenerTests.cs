using System.Net;
using System.Net.Sockets;
using Gateway.Hosting.Transport;
using Microsoft.AspNetCore.Connections;
using TestKit.Sockets;

namespace Gateway.Tests.Hosting.Transport;

public sealed class SocketListenerTests
{
    private readonly SocketListenerFactory _factory = new(TimeProvider.System);

    [Fact]
    public async Task Accept_Client_IsItsConnection()
    {
        await using IConnectionListener listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket client = Connect(listener);
        await using ConnectionContext? connection = await listener.AcceptAsync().AsTask().OrFail("the client was not accepted");
        Assert.Equal(client.LocalEndPoint, connection!.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, connection.LocalEndPoint);
    }

    [Fact]
    public async Task Accept_ClientGoneMeanwhile_TheNextIsServed()
    {
        await using IConnectionListener listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Connect(listener).Close(timeout: 0);
        using Socket client = Connect(listener);
        ConnectionContext? connection;
        do
            connection = await listener.AcceptAsync().AsTask().OrFail("the client was not accepted");
        while (!client.LocalEndPoint!.Equals(connection!.RemoteEndPoint));
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Accept_Unbound_IsNull()
    {
        await using IConnectionListener listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Task<ConnectionContext?> accepting = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();
        Assert.Null(await accepting.OrFail("accepting did not end"));
    }

    [Fact]
    public async Task Bind_AddressInUse_SaysSo()
    {
        await using IConnectionListener listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await Assert.ThrowsAsync<AddressInUseException>(() => _factory.BindAsync(listener.EndPoint).AsTask());
    }

    private static Socket Connect(IConnectionListener listener)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        return client;
    }
}
