using System.Text;
using Gateway.Configuration;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Upstream;

/// <summary>
/// Which client headers reach an upstream (README, "Headers"): a short list, prefixes that belong to the APIs, and what the provider allows.
/// Credentials, cookies, hop-by-hop and forwarding headers never do, whatever is allowed.
/// </summary>
internal static class ForwardedHeaders
{
    /// <summary>They steer Dynamo's router, priorities and caches: for clients that nothing keeps apart, unless the provider allows one by name.</summary>
    private const string DynamoPrefix = "x-dynamo-";

    private static readonly string[] Prefixes = ["openai-", "anthropic-"];

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "User-Agent", "traceparent", "tracestate", "x-session-id", "x-dynamo-session-id",
    };

    private static readonly HashSet<string> Never = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "api-key", "x-api-key", "Cookie", "Host", "Content-Length", "Content-Type", "Content-Encoding", "Connection", "Keep-Alive",
        "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Forwarded", "x-tenant-id", "Accept-Encoding", "x-request-id",
    };

    private static readonly string[] NeverPrefixes = ["Proxy-", "X-Forwarded-", "x-gateway-"];

    /// <summary>Whether a provider's <c>allow-headers</c> may name this header.</summary>
    internal static bool MayBeAllowed(string name) =>
        !Never.Contains(name) && !NeverPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes the client's headers that go on.</summary>
    /// <param name="headers">The client's.</param>
    /// <param name="options">Names the provider allows beyond the list, and those it sets itself, which win.</param>
    /// <param name="isTrusted">Whether there are no client keys, so that every client is the operator's own.</param>
    /// <param name="writer">Takes them; a value it refuses is left out.</param>
    internal static void Write(IHeaderDictionary headers, UpstreamRequestOptions options, bool isTrusted, RequestHeadWriter writer)
    {
        StringValues connection = headers.Connection;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            if (IsForwarded(header.Key, options.AllowHeaders, isTrusted) && !IsOwn(header.Key, options) && !IsListed(connection, header.Key))
                WriteValues(header.Key, header.Value, writer);
        }
    }

    /// <summary>Sent by the gateway itself: a second one would leave the choice to the upstream.</summary>
    private static bool IsOwn(string name, UpstreamRequestOptions options) =>
        options.HasHeader(name) || name.Equals(options.CorrelationIdHeader, StringComparison.OrdinalIgnoreCase);

    private static bool IsForwarded(string name, IReadOnlyList<string> allowed, bool isTrusted)
    {
        if (Names.Contains(name) || (isTrusted && name.StartsWith(DynamoPrefix, StringComparison.OrdinalIgnoreCase)))
            return true;
        foreach (string prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        foreach (string extra in allowed)
        {
            if (string.Equals(extra, name, StringComparison.OrdinalIgnoreCase))
                return MayBeAllowed(name);
        }

        return false;
    }

    /// <summary>RFC 9110 §7.6.1: a header that <c>Connection</c> names is for this hop only.</summary>
    private static bool IsListed(StringValues connection, string name)
    {
        foreach (string? value in connection)
        {
            foreach (Range range in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[range].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private static void WriteValues(string name, StringValues values, RequestHeadWriter writer)
    {
        Span<byte> ascii = stackalloc byte[128];
        if (!Encoding.ASCII.TryGetBytes(name, ascii, out int length))
            return;
        foreach (string? value in values)
        {
            if (value is not null)
                writer.Header(ascii[..length], value);
        }
    }
}
