using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TestKit.Sockets;

/// <summary>A certificate authority and a server certificate for loopback, made for one test.</summary>
public sealed class TestCertificates : IDisposable
{
    private TestCertificates(X509Certificate2 server, string caFile)
    {
        Server = server;
        CaFile = caFile;
    }

    public X509Certificate2 Server { get; }

    /// <summary>PEM.</summary>
    public string CaFile { get; }

    public string CaPem => File.ReadAllText(CaFile);

    public string CertificatePem => Server.ExportCertificatePem();

    public string KeyPem => Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static TestCertificates Create(TimeProvider time, string dnsName = "localhost")
    {
        DateTimeOffset now = time.GetUtcNow();
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=Test CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 ca = caRequest.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + dnsName, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(ca, now.AddHours(-1), now.AddMinutes(30), [1, 2, 3, 4]);

        string file = Path.GetTempFileName();
        File.WriteAllText(file, ca.ExportCertificatePem());
        return new TestCertificates(issued.CopyWithPrivateKey(key), file);
    }

    public void Dispose()
    {
        Server.Dispose();
        File.Delete(CaFile);
    }
}
