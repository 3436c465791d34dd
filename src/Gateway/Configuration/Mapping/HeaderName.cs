using System.Buffers;

namespace Gateway.Configuration.Mapping;

/// <summary>Names of headers that configuration may speak of.</summary>
internal static class HeaderName
{
    /// <summary>RFC 9110 §5.6.2: token characters.</summary>
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The transport's own: framing and hop-by-hop headers, and what the gateway promises upstreams.</summary>
    private static readonly HashSet<string> Transport = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "expect", "accept-encoding", "content-encoding", "content-type",
    };

    private static readonly HashSet<string> NeverForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "api-key", "x-api-key", "cookie", "forwarded", "x-tenant-id",
    };

    private static readonly string[] NeverForwardedPrefixes = ["proxy-", "x-forwarded-", "x-gateway-"];

    public static bool IsToken(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether the gateway writes it itself, so that configuration cannot.</summary>
    public static bool IsTransport(string name) => Transport.Contains(name);

    /// <summary>Whether a client's header of that name must not reach an upstream, whatever is configured.</summary>
    public static bool IsNeverForwarded(string name) =>
        IsTransport(name) || NeverForwarded.Contains(name) || NeverForwardedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
