namespace Gateway.Configuration;

/// <summary>PEM file paths of the server certificate and its key.</summary>
internal sealed record TlsOptions(string CertificateFile, string KeyFile);
