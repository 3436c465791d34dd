using System.Text;
using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Clocks;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

public sealed class Http1ExchangeTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task Send_ContentLengthResponse_HeadersAndBodyArriveAndConnectionIsReused()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);

        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(
            server, "HTTP/1.1 200 OK\r\nContent-TYPE:  application/json \r\nContent-Length: 2\r\n\r\n{}");
        using (connection)
        {
            Assert.Equal(200, exchange.Response.StatusCode);
            Assert.Equal(2, exchange.Response.ContentLength);
            Assert.True(exchange.Response.TryGetHeader("content-type"u8, out ReadOnlySpan<byte> type));
            Assert.Equal("application/json", Encoding.ASCII.GetString(type));
            Assert.Equal(("{}", ReadStatus.End), await exchange.Body.ReadAllAsync());
            exchange.Dispose();
            Assert.Equal(1, pool.IdleConnections);

            Task<Http1Exchange> again = pool.SendAsync();
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n");
            using Http1Exchange second = await again;
            Assert.Equal(("", ReadStatus.End), await second.Body.ReadAllAsync());
            Assert.True(server.IsQuiet());
        }
    }

    [Fact]
    public async Task Body_ChunkHeaderStallsThenContinues_IsBlockedUntilDataCame()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Chunked + "5\r\nhel");
        using (connection)
        {
            byte[] buffer = new byte[64];
            Assert.Equal(ReadStatus.Data, exchange.Body.Read(buffer, out int bytes));
            Assert.Equal(3, bytes);
            Assert.Equal(ReadStatus.Blocked, exchange.Body.Read(buffer, out _));
            ValueTask wait = exchange.Body.WaitAsync();
            Assert.False(wait.IsCompleted);
            await connection.WriteAsync("lo\r\n1");
            await wait;
            Assert.Equal(ReadStatus.Data, exchange.Body.Read(buffer, out bytes));
            Assert.Equal("lo", Encoding.ASCII.GetString(buffer, 0, bytes));

            await connection.WriteAsync("0");
            await exchange.Body.WaitAsync();
            Assert.Equal(ReadStatus.Blocked, exchange.Body.Read(buffer, out _));

            await connection.WriteAsync("\r\n0123456789abcdef\r\n0\r\n\r\n");
            Assert.Equal(("0123456789abcdef", ReadStatus.End), await exchange.Body.ReadAllAsync());
            exchange.Dispose();
            Assert.Equal(1, pool.IdleConnections);
        }
    }

    [Fact]
    public async Task Body_DataArrivesBetweenShortReadAndWait_IsNotLost()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Chunked);
        using (connection)
        {
            byte[] buffer = new byte[64];
            for (int i = 0; i < 200; i++)
            {
                await connection.WriteAsync("2\r\nab\r\n");
                int got = 0;
                while (got < 2)
                {
                    if (exchange.Body.Read(buffer, out int bytes) is ReadStatus.Blocked)
                    {
                        await exchange.Body.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
                    }
                    got += bytes;
                }
            }
            exchange.Dispose();
            Assert.True(await connection.ClosedAsync());
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "short")]
    [InlineData(Chunked + "5\r\nhe", "he")]
    [InlineData(Chunked + "5\r\nhello\r\n", "hello")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n", "hello")]
    public async Task Body_PeerClosesEarly_IsBroken(string response, string body)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, response);
        connection.Close();

        Assert.Equal((body, ReadStatus.Broken), await exchange.Body.ReadAllAsync());
        exchange.Dispose();
        Assert.Equal((0, 0), (pool.OpenConnections, pool.IdleConnections));
    }

    [Fact]
    public async Task Body_UntilClose_EndsWithTheConnection()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, "HTTP/1.0 200 OK\r\n\r\nall of it");
        connection.Close();

        Assert.Equal(("all of it", ReadStatus.End), await exchange.Body.ReadAllAsync(bufferBytes: 2));
        exchange.Dispose();
        Assert.Equal(0, pool.IdleConnections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200")]
    [InlineData(Chunked + "2\r\nok\r\n0\r\n\r\nX")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Dispose_SurplusOrNoKeepAlive_ConnectionIsClosed(string response)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, response);
        using (connection)
        {
            Assert.Equal(("ok", ReadStatus.End), await exchange.Body.ReadAllAsync());
            exchange.Dispose();
            Assert.Equal(0, pool.IdleConnections);
            await connection.ClosedAsync();
        }
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData(Chunked + "2;name=\"v\"\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Dispose_WholeBody_ConnectionIsPooled(string response)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, response);
        using (connection)
        {
            Assert.Equal(("ok", ReadStatus.End), await exchange.Body.ReadAllAsync());
            exchange.Dispose();
            Assert.Equal(1, pool.IdleConnections);
        }
    }

    [Fact]
    public async Task Send_LargeBody_ArrivesWhole()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        byte[] body = new byte[3_000_000];
        new Random(7).NextBytes(body);
        Task<Http1Exchange> sending = pool.SendAsync(Exchanges.Post(body.Length), body, default).AsTask();
        using ServerConnection connection = await server.AcceptAsync();
        string request = await connection.ReadRequestAsync();
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        (await sending).Dispose();

        Assert.EndsWith(Encoding.Latin1.GetString(body), request, StringComparison.Ordinal);
        Assert.Equal(1, pool.IdleConnections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_RefusedBeforeTheBodyWasTaken_ReturnsTheResponseAndClosesAfterwards(bool close)
    {
        using var server = new SocketServer(receiveBuffer: 4096);
        using Http1Pool pool = Exchanges.PoolTo(server);
        byte[] body = new byte[16_000_000];
        Task<Http1Exchange> sending = pool.SendAsync(Exchanges.Post(body.Length), body, default).AsTask();
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(1000);
        await connection.WriteAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        if (close)
        {
            connection.Close();
        }

        using (Http1Exchange exchange = await sending.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System))
        {
            Assert.Equal(413, exchange.Response.StatusCode);
            Assert.Equal("no", (await exchange.Body.ReadAllAsync()).Text);
        }
        Assert.Equal((0, 0), (pool.OpenConnections, pool.IdleConnections));
    }

    [Fact]
    public async Task DrainAndReturn_TerminalChunkComesLater_ConnectionIsPooled()
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Chunked + "2\r\nok\r\n");
        using (connection)
        {
            exchange.Body.Read(new byte[64], out _);
            exchange.DrainAndReturn();
            exchange.Abort();
            Assert.Equal(0, pool.IdleConnections);
            await connection.WriteAsync("0\r\n\r\n");
            while (pool.IdleConnections == 0)
            {
                await Task.Yield();
            }
            Assert.Equal(1, pool.OpenConnections);
        }
    }

    [Fact]
    public async Task DrainAndReturn_NothingComes_ClosesAtItsTimeLimit()
    {
        var clock = new ManualTimeProvider();
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server, time: clock);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Chunked + "2\r\nok\r\n");
        using (connection)
        {
            exchange.DrainAndReturn();
            clock.Advance(Http1Limits.DrainTime - TimeSpan.FromTicks(1));
            Assert.Equal(1, pool.OpenConnections);
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.True(await connection.ClosedAsync());
        }
    }

    [Theory]
    [InlineData(Http1Limits.DrainBytes, 1)]
    [InlineData(Http1Limits.DrainBytes + 1, 0)]
    public async Task DrainAndReturn_BodyOfThatSize_PooledUpToTheLimit(int size, int pooled)
    {
        using var server = new SocketServer();
        using Http1Pool pool = Exchanges.PoolTo(server);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, Chunked);
        using (connection)
        {
            Task sent = connection.WriteAsync($"{size:x}\r\n{new string('x', size)}\r\n0\r\n\r\n");
            await sent;
            exchange.DrainAndReturn();
            while (pool.IdleConnections == 0 && pool.OpenConnections == 1)
            {
                await Task.Yield();
            }
            Assert.Equal(pooled, pool.IdleConnections);
        }
    }
}
