namespace Gateway.Configuration;

/// <summary>The server certificate and its key: where they are, and what was there when the configuration was loaded.</summary>
internal sealed record TlsOptions(string CertificateFile, string KeyFile)
{
    /// <summary>The certificate, followed by those that signed it.</summary>
    public string CertificatePem { get; init; } = "";

    /// <summary>The private key of the first certificate.</summary>
    public Secret KeyPem { get; init; } = new("");
}
