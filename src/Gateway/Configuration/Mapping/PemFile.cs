using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Configuration.Reading;

namespace Gateway.Configuration.Mapping;

/// <summary>PEM files, which must exist and look like PEM.</summary>
internal static class PemFile
{
    /// <summary>Whether it holds a certificate, and every one in it can be read.</summary>
    public static bool HoldsCertificates(string pem)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
                certificate.Dispose();
        }
    }

    /// <returns>The path from the working directory and the content; null: absent or reported.</returns>
    public static (string File, string Pem)? Read(SectionReader section, string key)
    {
        if (section.Scalar(key) is not { } scalar)
            return null;

        string file = LoadContext.ResolvePath(scalar.Text, scalar.Source);
        if (section.Context.ReadFile(file, scalar.Source, section.PathOf(key)) is not { } bytes)
            return null;

        if (bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
            return (file, Encoding.UTF8.GetString(bytes));

        section.Report(key, $"file {Quoted.Text(file)} is not PEM", "give it in PEM format: text that starts with -----BEGIN");
        return null;
    }
}
