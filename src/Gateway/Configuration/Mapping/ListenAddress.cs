using System.Net;

namespace Gateway.Configuration.Mapping;

/// <summary>Questions about addresses that a server binds.</summary>
internal static class ListenAddress
{
    public static bool IsLoopback(Uri url) => url.IsLoopback;

    /// <summary>An IP address or <c>localhost</c>: Kestrel binds every interface for any other name.</summary>
    public static bool IsBindable(Uri url) => IPAddress.TryParse(url.DnsSafeHost, out _) || url.DnsSafeHost == "localhost";

    public static bool IsWildcard(Uri url) => HostOf(url) is "0.0.0.0" or "::";

    /// <summary>Whether both cannot be bound at once. Port 0 never collides.</summary>
    public static bool Overlap(Uri a, Uri b)
    {
        if (a.Port != b.Port || a.Port == 0)
            return false;

        return IsWildcard(a) || IsWildcard(b) || HostOf(a) == HostOf(b) || IsLocalhostOf(a, b) || IsLocalhostOf(b, a);
    }

    /// <summary>Where this machine reaches the address: a wildcard by its loopback.</summary>
    public static Uri OnLoopback(Uri url) => url.DnsSafeHost switch
    {
        "0.0.0.0" => new UriBuilder(url) { Host = "127.0.0.1" }.Uri,
        "::" => new UriBuilder(url) { Host = "[::1]" }.Uri,
        _ => url,
    };

    /// <summary><c>localhost</c> binds both loopback addresses.</summary>
    private static bool IsLocalhostOf(Uri name, Uri other) => name.DnsSafeHost == "localhost" && HostOf(other) is "127.0.0.1" or "::1";

    /// <summary>An IPv4 address has an IPv6 spelling as well (<c>::ffff:127.0.0.1</c>), and is the same socket.</summary>
    private static string HostOf(Uri url) => IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) && address.IsIPv4MappedToIPv6
        ? address.MapToIPv4().ToString()
        : url.DnsSafeHost;
}
