using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Files;
using TestKit.Processes;
using TestKit.Sockets;
using static Gateway.EndToEnd.Tests.Reload.ReloadingGateway;

namespace Gateway.EndToEnd.Tests.Reload;

/// <summary>Certificates on both sides that change under a running gateway.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly ScriptedReplica _upstream = new();
    private readonly TestCertificates _first = TestCertificates.Create(TimeProvider.System);
    private readonly TestCertificates _second = TestCertificates.Create(TimeProvider.System);

    public void Dispose()
    {
        _upstream.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Server_Rotated_NewConnectionsGetTheNewOneAndOldOnesGoOn()
    {
        using LinkedFolder folder = Folder(_first.CertificatePem, _first.KeyPem);
        await using ReloadingGateway gateway = await StartOnAsync(folder.PathOf("gateway.yaml"), "https://127.0.0.1:0");
        using SslStream old = await ConnectAsync(gateway, _first.Server);
        Assert.StartsWith("HTTP/1.1 200", await LiveAsync(old), StringComparison.Ordinal);

        folder.Swap(Files(_second.CertificatePem, _second.KeyPem));
        await gateway.CountedAsync("success", 1);

        using SslStream fresh = await ConnectAsync(gateway, _second.Server);
        Assert.StartsWith("HTTP/1.1 200", await LiveAsync(fresh), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await LiveAsync(old), StringComparison.Ordinal);
        Assert.Equal("h2", await AlpnAsync(gateway, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11));
        Assert.Equal("http/1.1", await AlpnAsync(gateway, SslApplicationProtocol.Http11));
    }

    [Fact]
    public async Task Server_KeyOfAnotherCertificate_TheFormerPairStays()
    {
        using LinkedFolder folder = Folder(_first.CertificatePem, _first.KeyPem);
        await using ReloadingGateway gateway = await StartOnAsync(folder.PathOf("gateway.yaml"), "https://127.0.0.1:0");
        folder.Swap(Files(_second.CertificatePem, _first.KeyPem));
        await gateway.CountedAsync("failure", 1);
        await Serving.EventuallyAsync(() => gateway.Process.StandardError.Contains("gateway.yaml:2:37: server.tls.key: file", StringComparison.Ordinal), gateway.Process.StandardError);
        using SslStream still = await ConnectAsync(gateway, _first.Server);
        folder.Swap(Files("no certificate", _first.KeyPem));
        await gateway.CountedAsync("failure", 2);
        using SslStream again = await ConnectAsync(gateway, _first.Server);
        Assert.StartsWith("HTTP/1.1 200", await LiveAsync(again), StringComparison.Ordinal);
    }

    /// <summary>The refusal is the gateway's own: its OpenSSL is allowed TLS 1.1, and OpenSSL's server takes the same client with the same certificate.</summary>
    [Fact]
    public async Task Server_Tls11WhereOpenSslAllowsIt_IsRefused()
    {
        using LinkedFolder folder = new([.. Files(_first.CertificatePem, _first.KeyPem), ("openssl.cnf", OpenSslServer.Permissive)]);
        Dictionary<string, string> environment = new() { ["OPENSSL_CONF"] = folder.PathOf("openssl.cnf") };
        await using ReloadingGateway gateway = await StartOnAsync(folder.PathOf("gateway.yaml"), "https://127.0.0.1:0", environment);
        await using OpenSslServer other = await OpenSslServer.StartAsync(_first, folder.PathOf("openssl.cnf"));

        // A handshake record of version 3.2: its hello, with that version chosen (RFC 4346, 7.4.1.3).
        byte[] taken = await OfferTls11Async(other.Port);
        Assert.True(taken is [22, 3, 2, _, _, 2, ..], Convert.ToHexString(taken));
        // A fatal alert, protocol_version (RFC 5246, 7.2).
        byte[] refused = await OfferTls11Async(gateway.Process.Address.Port);
        Assert.True(refused is [21, 3, _, 0, 2, 2, 70], Convert.ToHexString(refused));
    }

    [Fact]
    public async Task Upstream_AuthorityReplaced_HoldsForNewConnections()
    {
        using SocketServer server = new(_second.Server);
        using LinkedFolder folder = new(("ca.pem", _first.CaPem));
        await using ReloadingGateway gateway = await StartAsync(Yaml(Provider("a", new Uri($"https://localhost:{server.Port}"), $"tls: {{ ca: {folder.PathOf("ca.pem")} }}")));
        Task accepting = AnswerOneAsync(server);
        Assert.Equal(502, (await gateway.AskAsync()).Status);
        folder.Swap(("ca.pem", _second.CaPem));
        await gateway.CountedAsync("success", 1);
        Assert.Equal(200, (await gateway.AskAsync()).Status);
        await accepting;
    }

    private static async Task AnswerOneAsync(SocketServer server)
    {
        // A gateway that does not trust it breaks off, and may try more than once.
        while (true)
        {
            try
            {
                using ServerConnection connection = await server.AcceptAsync();
                await connection.ReadRequestAsync();
                await connection.WriteAsync(Chat.Json(Play.UnaryBody));
                return;
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException or EndOfStreamException)
            {
                // The next one.
            }
        }
    }

    /// <summary>The first bytes of the answer to a client that knows nothing above TLS 1.1; libraries of today do not send that any more.</summary>
    private static async Task<byte[]> OfferTls11Async(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
        // Version 3.2, with ECDHE-ECDSA-AES128-SHA, and the curve and point format that it needs.
        byte[] hello = [0x03, 0x02, .. new byte[32], 0, 0, 4, 0xc0, 0x09, 0xc0, 0x13, 1, 0, 0, 14, 0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0];
        byte[] handshake = [1, 0, 0, (byte)hello.Length, .. hello];
        await socket.SendAsync((byte[])[22, 0x03, 0x01, 0, (byte)handshake.Length, .. handshake]);
        byte[] answer = new byte[64];
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10), TimeProvider.System);
        return answer[..await socket.ReceiveAsync(answer, patience.Token)];
    }

    private LinkedFolder Folder(string certificate, string key) => new(Files(certificate, key));

    private (string Name, string Text)[] Files(string certificate, string key) =>
        [("gateway.yaml", "server:\n  tls: { certificate: tls.crt, key: tls.key }\n" + Yaml(Provider("a", _upstream.Address))), ("tls.crt", certificate), ("tls.key", key)];

    private static async Task<SslStream> ConnectAsync(ReloadingGateway gateway, X509Certificate2? expected, params SslApplicationProtocol[] protocols)
    {
        TcpClient tcp = new();
        await tcp.ConnectAsync(gateway.Process.Address.Host, gateway.Process.Address.Port);
        SslStream stream = new(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [.. protocols],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => expected is null || certificate!.GetCertHashString() == expected.Thumbprint,
        });
        return stream;
    }

    private static async Task<string> AlpnAsync(ReloadingGateway gateway, params SslApplicationProtocol[] protocols)
    {
        using SslStream stream = await ConnectAsync(gateway, null, protocols);
        return stream.NegotiatedApplicationProtocol.ToString();
    }

    private static async Task<string> LiveAsync(SslStream stream)
    {
        await stream.WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        byte[] buffer = new byte[4096];
        StringBuilder text = new();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10), TimeProvider.System);
        while (!text.ToString().Contains('}'))
            text.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, patience.Token)));
        return text.ToString();
    }
}
