using System.Net;
using System.Net.Sockets;
using Gateway.Streaming;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Memory;
using Xunit.Abstractions;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>Over real sockets. Runs alone: the per-request figure is the whole process's, since its continuations hop threads.</summary>
[Collection(nameof(AloneCollection))]
public sealed class Http1AllocationTests(ITestOutputHelper output)
{
#if DEBUG
    // Without optimisation every async method's state is an object.
    private const int MaxBytesPerRequest = 1024;
#else
    private const int MaxBytesPerRequest = 128;
#endif

    [Fact]
    public async Task Body_ReadAndWait_AllocatesNothingPerChunk()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        (Http1Connection connection, Socket peer) = await ConnectAsync(listener);
        using (connection)
        using (peer)
        {
            peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
            await connection.RoundTripAsync(Exchanges.Get, default);
            byte[] buffer = new byte[4096];
            Relay(connection, peer, buffer, 1000);
            long allocated = AllocatedBytes.LowestOf(() => Relay(connection, peer, buffer, 1_000));
            output.WriteLine($"{allocated} B in 1,000 chunks");
            Assert.Equal(0, allocated);
        }
    }

    [Fact]
    public async Task Head_WokenForNothing_HoldsNoBuffer()
    {
        using Http1Connection connection = new(new SegmentTransport([[]]), 0);
        await connection.SendAsync(Exchanges.Get, default);
        long before = RentedBuffers.Pool.Outstanding;
        await connection.WaitForHeadAsync();
        connection.ReceiveHead();
        Assert.False(connection.HasHead);
        Assert.Equal(before, RentedBuffers.Pool.Outstanding);
    }

    [Fact]
    public async Task Send_ReusedConnection_AllocatesOnlyTheExchange()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(() => Serve(listener)) { IsBackground = true }.Start();
        using var pool = new Http1Pool(new Http1PoolOptions { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndPoint!).Port }, TimeProvider.System);

        await RequestsAsync(pool, 1000);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await RequestsAsync(pool, 2000);
        double perRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / 2000.0;
        output.WriteLine($"{perRequest} B per request");
        Assert.Equal(1, pool.OpenConnections);
        Assert.InRange(perRequest, 0, MaxBytesPerRequest);
    }

    /// <summary>Blocking calls on a thread of its own: the other end allocates nothing.</summary>
    private static void Serve(Socket listener)
    {
        byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray();
        byte[] buffer = new byte[4096];
        using Socket peer = listener.Accept();
        while (peer.Receive(buffer, SocketFlags.None, out _) > 0)
        {
            peer.Send(response);
        }
    }

    private static async Task RequestsAsync(Http1Pool pool, int count)
    {
        byte[] buffer = new byte[64];
        byte[] head = Exchanges.Post(2);
        byte[] body = "{}"u8.ToArray();
        for (int i = 0; i < count; i++)
        {
            using Http1Exchange exchange = await pool.SendAsync(head, body, default);
            while (exchange.Body.Read(buffer, out _) is not ReadStatus.End)
            {
                await exchange.Body.WaitAsync();
            }
        }
    }

    private static void Relay(Http1Connection connection, Socket peer, byte[] buffer, int chunks)
    {
        for (int i = 0; i < chunks; i++)
        {
            ValueTask wait = connection.WaitAsync();
            peer.Send("10\r\n0123456789abcdef\r\n"u8);
            // A wait may end for nothing: it says that there may be bytes.
            for (int got = 0; got < 16; wait = got < 16 ? connection.WaitAsync() : default)
            {
                Finish(wait);
                while (got < 16 && connection.Read(buffer, out int bytes) is ReadStatus.Data)
                {
                    got += bytes;
                }
            }
        }
    }

    private static void Finish(ValueTask wait)
    {
        SpinWait spin = default;
        while (!wait.IsCompleted)
        {
            spin.SpinOnce();
        }
        wait.GetAwaiter().GetResult();
    }

    private static async Task<(Http1Connection Connection, Socket Peer)> ConnectAsync(Socket listener)
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (new Http1Connection(new SocketTransport(client), 0), await listener.AcceptAsync());
    }
}
