using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

/// <summary>failures.md, row "client leaves": the upstream connection is closed in every phase. The server side is awaited, nothing is timed.</summary>
public sealed class Http1AbortTests
{
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Cancel_BeforeSending_OpensNothing()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        Assert.Equal(TransportFailure.Aborted, await Exchanges.FailureOf(pool.SendAsync(new CancellationToken(canceled: true))));
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Cancel_DuringTheTlsHandshake_ClosesTheSocket()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true, ConnectTimeout = TimeSpan.FromMinutes(1) });
        using var source = new CancellationTokenSource();
        Task<Http1Exchange> sending = pool.SendAsync(source.Token);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(1);
        await source.CancelAsync();
        await connection.ClosedAsync();
        Assert.Equal(TransportFailure.Aborted, await Exchanges.FailureOf(sending));
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task ConnectTimeout_DuringTheTlsHandshake_IsConnectTimeout()
    {
        var clock = new ManualTimeProvider();
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true }, clock);
        Task<Http1Exchange> sending = pool.SendAsync();
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(1);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TransportFailure.ConnectTimeout, await Exchanges.FailureOf(sending));
        await connection.ClosedAsync();
    }

    [Fact]
    public async Task Cancel_WhileTheBodyIsSent_ResetsTheConnection()
    {
        using var server = new SocketServer(receiveBuffer: 4096);
        using Http1Pool pool = Exchanges.PoolTo(server);
        using var source = new CancellationTokenSource();
        byte[] body = new byte[16_000_000];
        Task<Http1Exchange> sending = pool.SendAsync(Exchanges.Post(body.Length), body, source.Token).AsTask();
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(1000);
        await source.CancelAsync();
        Assert.Equal(TransportFailure.Aborted, await Exchanges.FailureOf(sending));
        Assert.True(await connection.ClosedAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task Cancel_WhileWaitingForTheHead_ResetsTheConnection(string start)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        using var source = new CancellationTokenSource();
        Task<Http1Exchange> sending = pool.SendAsync(source.Token);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(start);
        await source.CancelAsync();
        Assert.True(await connection.ClosedAsync());
        Assert.Equal(TransportFailure.Aborted, await Exchanges.FailureOf(sending));
    }

    [Fact]
    public async Task Cancel_ReusedConnectionWaitingForTheHead_IsNotRetried()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange first, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        first.Dispose();
        using var source = new CancellationTokenSource();
        Task<Http1Exchange> sending = pool.SendAsync(source.Token);
        await connection.ReadRequestAsync();
        await source.CancelAsync();
        Assert.Equal(TransportFailure.Aborted, await Exchanges.FailureOf(sending));
        Assert.True(server.IsQuiet());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_WhileWaitingForTheBody_ResetsAndTheWaitEnds(bool byToken)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        using var source = new CancellationTokenSource();
        Task<Http1Exchange> sending = pool.SendAsync(source.Token);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        using Http1Exchange exchange = await sending;
        Task wait = exchange.Body.WaitAsync().AsTask();
        if (byToken)
        {
            await source.CancelAsync();
        }
        else
        {
            exchange.Abort();
            exchange.Abort();
        }
        Assert.True(await connection.ClosedAsync());
        await wait.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        Assert.Equal(ReadStatus.Broken, exchange.Body.Read(new byte[16], out _));
    }

    [Fact]
    public async Task Abort_AfterDispose_DoesNotTouchTheNextRequest()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        using var source = new CancellationTokenSource();
        Task<Http1Exchange> sending = pool.SendAsync(source.Token);
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(Empty);
        Http1Exchange first = await sending;
        first.Dispose();

        Task<Http1Exchange> next = pool.SendAsync();
        await connection.ReadRequestAsync();
        first.Abort();
        first.Dispose();
        await source.CancelAsync();
        await connection.WriteAsync(Empty);
        using Http1Exchange second = await next;
        Assert.Equal(200, second.Response.StatusCode);
    }
}
