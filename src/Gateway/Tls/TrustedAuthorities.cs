using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tls;

/// <summary>Certificate authorities of a configuration, in place of the system's.</summary>
internal static class TrustedAuthorities
{
    /// <param name="pem">The content of a <c>ca</c> file.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds no certificate.</exception>
    internal static X509ChainPolicy Only(string pem)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }
}
