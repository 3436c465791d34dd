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
        if (PemFile.HoldsCertificates(read.Pem))
            return read;
        tls.Report(key, $"file {Quoted.Text(read.File)} holds no readable certificate", "give the authority's certificate in PEM format");
        return null;
    }
}
