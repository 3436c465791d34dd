using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.Configuration;

namespace Gateway.Hosting;

/// <summary>A certificate with its chain, ready for handshakes.</summary>
/// <param name="Context">What each handshake uses.</param>
/// <param name="NotBefore">UTC.</param>
/// <param name="NotAfter">UTC.</param>
internal sealed record ServerCertificate(SslStreamCertificateContext Context, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Parses what was loaded; that is work for none of the socket threads.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It cannot be used; the loader has checked for that.</exception>
    internal static ServerCertificate Parse(TlsOptions tls)
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPem(tls.CertificatePem);
        X509Certificate2 certificate = X509Certificate2.CreateFromPem(tls.CertificatePem, tls.KeyPem.Reveal());
        // Offline: what is missing in the chain is the file's matter, not a download's at the first handshake.
        return new(SslStreamCertificateContext.Create(certificate, chain, offline: true), new(certificate.NotBefore), new(certificate.NotAfter));
    }
}
