using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary><c>tls.ca</c>: certificates that an upstream's certificate may be signed with.</summary>
internal static class AuthorityFile
{
    /// <returns>Null: absent or reported.</returns>
    public static (string File, string Pem)? Read(SectionReader tls, string key)
    {
        if (PemFile.Read(tls, key) is not { } read)
            return null;
        try
        {
            X509Certificate2Collection certificates = [];
            certificates.ImportFromPem(read.Pem);
            bool isAny = certificates.Count > 0;
            foreach (X509Certificate2 certificate in certificates)
                certificate.Dispose();
            if (isAny)
                return read;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Said below: the platform's message names no line either.
        }

        tls.Report(key, $"file {Quoted.Text(read.File)} holds no readable certificate", "give the authority's certificate in PEM format");
        return null;
    }
}
