using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary><c>server.tls</c>: both files must parse, and the key must be the certificate's.</summary>
internal static class TlsMapper
{
    public static TlsOptions? Map(SectionReader tls)
    {
        (string File, string Pem)? certificate = PemFile.Read(tls, "certificate");
        (string File, string Pem)? key = PemFile.Read(tls, "key");
        if (certificate is not { } chain || key is not { } secret || !IsCertificate(tls, chain.File, chain.Pem) || !IsItsKey(tls, chain.Pem, secret.File, secret.Pem))
            return null;
        return new TlsOptions(chain.File, secret.File) { CertificatePem = chain.Pem, KeyPem = new Secret(secret.Pem) };
    }

    private static bool IsCertificate(SectionReader tls, string file, string pem)
    {
        if (PemFile.HoldsCertificates(pem))
            return true;
        tls.Report("certificate", $"file {Quoted.Text(file)} holds no readable certificate", "give the certificate, and then those that signed it, in PEM format");
        return false;
    }

    private static bool IsItsKey(SectionReader tls, string certificate, string file, string pem)
    {
        try
        {
            using X509Certificate2 parsed = X509Certificate2.CreateFromPem(certificate, pem);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            tls.Report("key", $"file {Quoted.Text(file)} is not the private key of server.tls.certificate", "give the key that belongs to the first certificate, in PEM format and not encrypted");
            return false;
        }
    }
}
