using Gateway.Streaming.Sources;
using Gateway.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Http1;

public sealed class TlsTransportTests
{
    [Fact]
    public async Task Send_CustomAuthority_StreamsAndReuses()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using var server = new SocketServer(certificates.Server);
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true, TlsCaFile = certificates.CaFile, Host = "localhost" });
        string large = new('x', 50_000);
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
        using (connection)
        {
            byte[] buffer = new byte[64];
            Assert.Equal(ReadStatus.Data, exchange.Body.Read(buffer, out int bytes));
            Assert.Equal(3, bytes);
            Assert.Equal(ReadStatus.Blocked, exchange.Body.Read(buffer, out _));
            ValueTask wait = exchange.Body.WaitAsync();
            Assert.False(wait.IsCompleted);
            await connection.WriteAsync($"lo\r\n{large.Length:x}\r\n{large}\r\n0\r\n\r\n");
            await wait;
            Assert.Equal(("lo" + large, ReadStatus.End), await exchange.Body.ReadAllAsync(bufferBytes: 1000));
            exchange.Dispose();

            Task<Http1Exchange> again = pool.SendAsync();
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            using Http1Exchange second = await again;
            Assert.Equal(("ok", ReadStatus.End), await second.Body.ReadAllAsync());
        }
    }

    [Fact]
    public async Task Send_AuthorityIsNotTrusted_IsTlsFailed()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using var server = new SocketServer(certificates.Server);
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true });
        Task<Http1Exchange> sending = pool.SendAsync();
        Task accept = Record.ExceptionAsync(() => server.AcceptAsync());
        Assert.Equal(TransportFailure.TlsFailed, await Exchanges.FailureOf(sending));
        await accept;
    }

    [Fact]
    public async Task Send_CertificateForAnotherName_IsTlsFailedAndNamesNoHost()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System, "elsewhere.test");
        using var server = new SocketServer(certificates.Server);
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true, TlsCaFile = certificates.CaFile, Host = "localhost" });
        Task<Http1Exchange> sending = pool.SendAsync();
        Task accept = Record.ExceptionAsync(() => server.AcceptAsync());
        UpstreamTransportException failure = await Assert.ThrowsAsync<UpstreamTransportException>(() => sending);
        Assert.Equal(TransportFailure.TlsFailed, failure.Kind);
        Assert.Contains("NameMismatch", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", failure.Message, StringComparison.Ordinal);
        await accept;
    }

    [Fact]
    public async Task Send_LargeBodyRefusedMidway_ReturnsTheResponse()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using var server = new SocketServer(certificates.Server, receiveBuffer: 4096);
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true, TlsCaFile = certificates.CaFile });
        byte[] body = new byte[16_000_000];
        Task<Http1Exchange> sending = pool.SendAsync(Exchanges.Post(body.Length), body, default).AsTask();
        using ServerConnection connection = await server.AcceptAsync();
        await connection.ReadAtLeastAsync(1000);
        await connection.WriteAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        using (Http1Exchange exchange = await sending.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System))
        {
            Assert.Equal(413, exchange.Response.StatusCode);
            Assert.Equal(("no", ReadStatus.End), await exchange.Body.ReadAllAsync());
        }
        Assert.Equal(0, pool.OpenConnections);
    }

    [Fact]
    public async Task Abort_WhileWaitingForTheBody_ClosesAndTheWaitEnds()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System);
        using var server = new SocketServer(certificates.Server);
        using Http1Pool pool = Exchanges.PoolTo(server, options => options with { UseTls = true, TlsCaFile = certificates.CaFile });
        (Http1Exchange exchange, ServerConnection connection) = await pool.AnsweredAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        using (connection)
        {
            Task wait = exchange.Body.WaitAsync().AsTask();
            exchange.Abort();
            await connection.ClosedAsync();
            await wait.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
            Assert.Equal(ReadStatus.Broken, exchange.Body.Read(new byte[1], out _));
            exchange.Dispose();
        }
    }
}
