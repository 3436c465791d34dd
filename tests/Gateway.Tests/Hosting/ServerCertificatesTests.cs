using System.Security.Authentication;
using Gateway.Configuration;
using Gateway.Hosting;
using Gateway.Tests.Hosting.Reload;
using TestKit.Sockets;

namespace Gateway.Tests.Hosting;

/// <summary>What a handshake gets.</summary>
public sealed class ServerCertificatesTests
{
    private readonly LogLines _log = new();

    [Fact]
    public void ForHandshake_HasTheLastCertificateWithItsChainAndModernTls()
    {
        using TestCertificates first = TestCertificates.Create(TimeProvider.System);
        using TestCertificates second = TestCertificates.Create(TimeProvider.System);
        ServerCertificates certificates = new(TimeProvider.System, _log);
        certificates.Use(ServerCertificate.Parse(Of(first)));
        Assert.Equal(first.Server.Thumbprint, certificates.ForHandshake().ServerCertificateContext?.TargetCertificate.Thumbprint);
        certificates.Use(ServerCertificate.Parse(Of(second)));
        Assert.Equal(second.Server.Thumbprint, certificates.ForHandshake().ServerCertificateContext?.TargetCertificate.Thumbprint);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, certificates.ForHandshake().EnabledSslProtocols);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(-2, "is valid only from")]
    [InlineData(2, "expired on")]
    public void Use_OutsideOfItsTime_WarnsWithTheDate(int hours, string expected)
    {
        using TestCertificates made = TestCertificates.Create(TimeProvider.System);
        new ServerCertificates(new Shifted(TimeSpan.FromHours(hours)), _log).Use(ServerCertificate.Parse(Of(made)));
        DateTimeOffset date = new(hours < 0 ? made.Server.NotBefore : made.Server.NotAfter);
        string line = Assert.Single(_log.Lines);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Contains(date.ToString("u", null), line, StringComparison.Ordinal);
    }

    private static TlsOptions Of(TestCertificates made) => new("c", "k") { CertificatePem = made.CertificatePem + "\n" + made.CaPem, KeyPem = new(made.KeyPem) };

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
