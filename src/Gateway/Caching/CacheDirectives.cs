using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Caching;

/// <summary>What a client says of the cache: <c>Cache-Control</c> (RFC 9111 §5.2.1) and <c>x-gateway-cache</c>.</summary>
internal readonly record struct CacheDirectives
{
    /// <summary><c>no-store</c> or <c>x-gateway-cache: bypass</c>: neither read nor kept.</summary>
    public bool Bypasses { get; init; }

    /// <summary><c>no-cache</c>: answered anew, and kept.</summary>
    public bool WantsNew { get; init; }

    /// <summary><c>only-if-cached</c>: from the cache or not at all.</summary>
    public bool OnlyIfCached { get; init; }

    /// <summary>Oldest answer that will do, in seconds; null: any fresh one.</summary>
    public long? MaxAge { get; init; }

    /// <summary><c>x-gateway-cache: use</c> or a <c>max-age</c> above 0: the client asks for the cache.</summary>
    public bool AsksForCache { get; init; }

    /// <summary>Reads the request's headers; what is unknown or malformed is ignored, as the RFC says.</summary>
    internal static CacheDirectives Of(IHeaderDictionary headers)
    {
        CacheDirectives directives = default;
        if (headers.TryGetValue("x-gateway-cache", out StringValues own))
        {
            directives = directives with
            {
                Bypasses = string.Equals(own, "bypass", StringComparison.OrdinalIgnoreCase),
                AsksForCache = string.Equals(own, "use", StringComparison.OrdinalIgnoreCase),
            };
        }

        foreach (string? line in headers.CacheControl)
        {
            foreach (Range part in line.AsSpan().Split(','))
                directives = directives.With(line.AsSpan()[part].Trim());
        }

        return directives;
    }

    private CacheDirectives With(ReadOnlySpan<char> directive)
    {
        if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase))
            return this with { Bypasses = true };
        if (directive.Equals("no-cache", StringComparison.OrdinalIgnoreCase))
            return this with { WantsNew = true };
        if (directive.Equals("only-if-cached", StringComparison.OrdinalIgnoreCase))
            return this with { OnlyIfCached = true };
        const string maxAge = "max-age=";
        if (!directive.StartsWith(maxAge, StringComparison.OrdinalIgnoreCase))
            return this;
        bool isNumber = long.TryParse(directive[maxAge.Length..].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds);
        return isNumber ? this with { MaxAge = seconds, AsksForCache = AsksForCache || seconds > 0 } : this;
    }
}
