using System.Net;
using Gateway.Tests.Upstream.Http1;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Discovery;

public sealed class DiscoveredTlsTests
{
    private static readonly IPAddress Address = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Send_CertificateOfTheName_IsAcceptedAtTheAddress()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System, "frontends.test");
        using SocketServer server = new(certificates.Server, address: Address);
        using Provider provider = Discovered.Provider(TimeProvider.System, $"https://frontends.test:{server.Port}", certificates.CaFile);
        Replica replica = provider.NewReplica(provider.Options.BaseUrls[0], "dynamo-1", Address);
        (Http1Exchange exchange, ServerConnection connection) = await replica.Pool.AnsweredAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(200, exchange.Response.StatusCode);
        exchange.Dispose();
        connection.Dispose();
        replica.Pool.Dispose();
    }

    /// <summary>The test's certificate is also for 127.0.0.1: the address must not stand in for the name.</summary>
    [Fact]
    public async Task Send_CertificateOfTheAddressOnly_IsRefused()
    {
        using TestCertificates certificates = TestCertificates.Create(TimeProvider.System, "elsewhere.test");
        using SocketServer server = new(certificates.Server);
        using Provider provider = Discovered.Provider(TimeProvider.System, $"https://frontends.test:{server.Port}", certificates.CaFile);
        Replica replica = provider.NewReplica(provider.Options.BaseUrls[0], "dynamo-1", IPAddress.Loopback);
        Task<Http1Exchange> sending = replica.Pool.SendAsync();
        Task accept = Record.ExceptionAsync(() => server.AcceptAsync());
        Assert.Equal(TransportFailure.TlsFailed, await Exchanges.FailureOf(sending));
        await accept;
        replica.Pool.Dispose();
    }
}
