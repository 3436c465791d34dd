using System.Buffers;
using System.Text;
using Gateway.Configuration;
using Gateway.Configuration.Mapping;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Admission;

/// <summary>The key a request comes with: the first there is of <c>Authorization: Bearer</c>, <c>api-key</c>, <c>x-api-key</c>.</summary>
internal static class PresentedKey
{
    private const string Scheme = "Bearer";

    /// <summary>Reads and hashes it, without allocating.</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="hash">Its SHA-256; that of no key when it cannot be one.</param>
    /// <param name="isBearer">Whether the <c>Authorization</c> holds it.</param>
    /// <returns>False: the request has none. An <c>Authorization</c> of another scheme is none of ours.</returns>
    internal static bool TryRead(IHeaderDictionary headers, out KeyHash hash, out bool isBearer)
    {
        hash = default;
        isBearer = false;
        StringValues authorization = headers.Authorization;
        if (authorization.Count > 1)
            return true;
        ReadOnlySpan<char> key = authorization.Count == 1 ? Bearer(authorization[0]) : default;
        isBearer = !key.IsEmpty;
        if (key.IsEmpty && !TryTake(headers, "api-key", out key) && !TryTake(headers, "x-api-key", out key))
            return false;
        if (!key.IsEmpty)
            hash = HashOf(key);
        return true;
    }

    private static ReadOnlySpan<char> Bearer(ReadOnlySpan<char> authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && authorization.Length > Scheme.Length && authorization[Scheme.Length] == ' '
            ? authorization[(Scheme.Length + 1)..].Trim(' ')
            : default;

    /// <summary>A header given twice is taken, as no key: whoever sent it, two senders disagree.</summary>
    private static bool TryTake(IHeaderDictionary headers, string name, out ReadOnlySpan<char> key)
    {
        StringValues values = headers[name];
        key = values.Count == 1 ? values[0].AsSpan().Trim(' ') : default;
        return values.Count > 1 || !key.IsEmpty;
    }

    private static KeyHash HashOf(ReadOnlySpan<char> key)
    {
        Span<byte> bytes = stackalloc byte[ClientKeyText.Longest];
        // Keys are printable ASCII: anything else is no key, and does not fit either.
        if (key.Length > bytes.Length || Ascii.FromUtf16(key, bytes, out int written) != OperationStatus.Done)
            return default;
        return KeyHash.Of(bytes[..written]);
    }
}
