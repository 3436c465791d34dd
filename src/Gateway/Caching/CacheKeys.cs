using System.Buffers.Binary;
using System.Text;
using Gateway.Caching.Store;
using Gateway.Streaming.Canonical;
using Gateway.Streaming.Requests;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Caching;

/// <summary>What tells two questions apart: whose they are, the endpoint, query and headers that change the answer, the model, and the body's meaning.</summary>
internal static class CacheKeys
{
    /// <summary>Changes whenever the canonical form does: entries of other versions are then not found.</summary>
    private const byte Version = 1;

    private static readonly string[] Prefixes = ["anthropic-", "x-dynamo-"];

    /// <summary>Computes the key of a request.</summary>
    /// <param name="body">The scanned body.</param>
    /// <param name="fields">Of the body.</param>
    /// <param name="tenant">Who shares the answer.</param>
    /// <param name="model">The resolved model, with its provider where one is pinned.</param>
    /// <param name="headers">The client's.</param>
    /// <param name="query">The client's query string.</param>
    /// <param name="key">The key.</param>
    /// <returns>False when the body has no canonical form (a doubled key, text that is no Unicode).</returns>
    internal static bool TryCompute(
        ReadOnlySpan<byte> body, RequestFields fields, in CacheTenant tenant, string model, IHeaderDictionary headers, string query, out CacheKey key)
    {
        using PooledBuffer preamble = new();
        preamble.GetSpan(3)[0] = Version;
        preamble.GetSpan(3)[1] = (byte)fields.Endpoint;
        preamble.GetSpan(3)[2] = (byte)tenant.Scope;
        preamble.Advance(3);
        Write(preamble, tenant.Name);
        Write(preamble, model);
        Write(preamble, query);
        WriteHeaders(preamble, headers);

        Span<byte> digest = stackalloc byte[CanonicalBody.DigestSize];
        bool isCanonical = CanonicalBody.TryDigest(body, fields, preamble.Written.Span, digest);
        key = isCanonical ? CacheKey.Of(digest) : default;
        return isCanonical;
    }

    private static void WriteHeaders(PooledBuffer preamble, IHeaderDictionary headers)
    {
        List<KeyValuePair<string, StringValues>>? found = null;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            if (ChangesTheAnswer(header.Key))
                (found ??= []).Add(header);
        }

        if (found is null)
            return;
        found.Sort(static (x, y) => string.Compare(x.Key, y.Key, StringComparison.OrdinalIgnoreCase));
        foreach (KeyValuePair<string, StringValues> header in found)
        {
            Write(preamble, header.Key.ToLowerInvariant());
            Write(preamble, header.Value.ToString());
        }
    }

    private static bool ChangesTheAnswer(string name)
    {
        foreach (string prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return name.Equals("openai-beta", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>With its length, so that no two lists of texts look alike.</summary>
    private static void Write(PooledBuffer preamble, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> room = preamble.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        Encoding.UTF8.GetBytes(text, room[4..]);
        preamble.Advance(4 + length);
    }
}
