using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

public sealed class Http1PoolTests
{
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Send_IdleConnectionWasClosedByThePeer_OpensAnother()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange first, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        first.Dispose();
        connection.Close();

        (Http1Exchange second, ServerConnection other) = await pool.AnsweredAsync(server, Empty);
        second.Dispose();
        other.Dispose();
        Assert.Equal(1, pool.OpenConnections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ReusedConnectionDiesUnanswered_IsRetriedOnceOnAFreshOne(bool reset)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange first, ServerConnection stale) = await pool.AnsweredAsync(server, Empty);
        first.Dispose();

        Task<Http1Exchange> sending = pool.SendAsync();
        await stale.ReadRequestAsync();
        if (reset)
        {
            stale.Reset();
        }
        else
        {
            stale.Close();
        }
        using ServerConnection fresh = await server.AcceptAsync();
        await fresh.ReadRequestAsync();
        await fresh.WriteAsync(Empty);
        (await sending).Dispose();
        Assert.Equal((1, 1), (pool.OpenConnections, pool.IdleConnections));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public async Task Send_FreshConnectionDiesInsideTheHead_Fails(string response)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        Task<Http1Exchange> sending = pool.SendAsync();
        ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(response);
        connection.Close();

        Assert.Equal(TransportFailure.ClosedBeforeResponse, await Exchanges.FailureOf(sending));
        Assert.Equal(0, pool.OpenConnections);
        Assert.True(server.IsQuiet());
    }

    [Theory]
    [InlineData("H")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task Send_ReusedConnectionDiesAfterAFirstByte_IsNotRetried(string start)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange first, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        first.Dispose();
        Task<Http1Exchange> sending = pool.SendAsync();
        await connection.ReadRequestAsync();
        await connection.WriteAsync(start);
        connection.Close();

        Assert.Equal(TransportFailure.ClosedBeforeResponse, await Exchanges.FailureOf(sending));
        Assert.True(server.IsQuiet());
    }

    [Fact]
    public async Task Send_Reset_IsReset()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        Task<Http1Exchange> sending = pool.SendAsync();
        ServerConnection connection = await server.AcceptAsync();
        await connection.ReadRequestAsync();
        connection.Reset();

        Assert.Equal(TransportFailure.Reset, await Exchanges.FailureOf(sending));
    }

    [Fact]
    public async Task Send_AtTheConnectionLimit_IsPoolExhaustedAndAReturnedConnectionFreesIt()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { MaxConnections = 1 });
        (Http1Exchange first, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        using (connection)
        {
            Assert.Equal(TransportFailure.PoolExhausted, await Exchanges.FailureOf(pool.SendAsync()));
            first.Dispose();
            Task<Http1Exchange> sending = pool.SendAsync();
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Empty);
            (await sending).Dispose();
        }
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(60, 0)]
    public async Task Sweep_IdleThatLong_ClosesFromTheTimeoutOn(int seconds, int left)
    {
        var clock = new ManualTimeProvider();
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { IdleTimeout = TimeSpan.FromSeconds(60) }, clock);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        using (connection)
        {
            exchange.Dispose();
            clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal((left, left), (pool.OpenConnections, pool.IdleConnections));
            Assert.Equal(left, clock.Armed);
        }
    }

    [Fact]
    public async Task Sweep_PeerClosedAnIdleConnection_IsClosedHereToo()
    {
        var clock = new ManualTimeProvider();
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, time: clock);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        exchange.Dispose();
        connection.Close();
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Return_OlderThanItsLifetime_IsClosed()
    {
        var clock = new ManualTimeProvider();
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, time: clock);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Empty);
        clock.Advance(TimeSpan.FromMinutes(10));
        exchange.Dispose();
        Assert.False(await connection.ClosedAsync());
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Send_TwoIdle_TakesTheLastUsed()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange a, ServerConnection connectionA) = await pool.AnsweredAsync(server, Empty);
        (Http1Exchange b, ServerConnection connectionB) = await pool.AnsweredAsync(server, Empty);
        a.Dispose();
        b.Dispose();
        using (connectionA)
        using (connectionB)
        {
            Task<Http1Exchange> sending = pool.SendAsync();
            await connectionB.ReadRequestAsync();
            await connectionB.WriteAsync(Empty);
            (await sending).Dispose();
        }
    }

    [Fact]
    public async Task Dispose_IdleAndBusy_ClosesIdleNowAndBusyAtItsEnd()
    {
        using var server = new SocketServer();
        Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange busy, ServerConnection busyConnection) = await pool.AnsweredAsync(server, Empty);
        (Http1Exchange idle, ServerConnection idleConnection) = await pool.AnsweredAsync(server, Empty);
        idle.Dispose();
        pool.Dispose();
        Assert.False(await idleConnection.ClosedAsync());
        Assert.Equal(ReadStatus.End, busy.Body.Read(new byte[1], out _));
        busy.Dispose();
        Assert.False(await busyConnection.ClosedAsync());
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Send_NobodyListens_IsConnectRefusedWithoutTheAddress()
    {
        int port;
        using (var server = new SocketServer())
        {
            port = server.Port;
        }
        using var pool = new Http1Pool(new Http1PoolOptions { Host = "localhost", Port = port }, TimeProvider.System);
        UpstreamTransportException failure = await Assert.ThrowsAsync<UpstreamTransportException>(() => pool.SendAsync());
        Assert.Equal(TransportFailure.ConnectRefused, failure.Kind);
        Assert.DoesNotContain("localhost", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Send_UnknownName_IsNameResolution()
    {
        using var pool = new Http1Pool(new Http1PoolOptions { Host = "no-such-host.invalid", Port = 1, ConnectTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        UpstreamTransportException failure = await Assert.ThrowsAsync<UpstreamTransportException>(() => pool.SendAsync(Exchanges.Get, default, default).AsTask());
        Assert.Equal(TransportFailure.NameResolution, failure.Kind);
        Assert.DoesNotContain("invalid", failure.Message, StringComparison.Ordinal);
    }
}
