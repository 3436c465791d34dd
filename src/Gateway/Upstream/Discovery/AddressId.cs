using System.Net;
using System.Text;
using Gateway.Streaming.Resume;

namespace Gateway.Upstream.Discovery;

/// <summary>
/// Ids of discovered replicas: the provider's name and the first hex digits of the SHA-256 of <c>address:port</c>. The same in every gateway and after every
/// restart, and no address to read in a header or a dashboard.
/// </summary>
internal static class AddressId
{
    private const int Digits = 6;

    /// <summary>Six digits, or as many more as tell it from <paramref name="taken"/>.</summary>
    internal static string Of(string provider, IPEndPoint address, IReadOnlySet<string> taken)
    {
        string hash = TextDigest.Of(Encoding.ASCII.GetBytes(address.ToString())).ToString();
        int digits = Digits;
        string id = $"{provider}-{hash[..digits]}";
        while (taken.Contains(id) && digits < hash.Length)
            id = $"{provider}-{hash[..++digits]}";
        return id;
    }
}
