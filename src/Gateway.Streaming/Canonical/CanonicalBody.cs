using System.Security.Cryptography;
using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Canonical;

/// <summary>
/// One digest for all spellings of a request: white space, escapes, the spelling of numbers and, where no upstream can see it, the order of members
/// make no difference. No document is built; the canonical form is written once and hashed once.
/// </summary>
public static class CanonicalBody
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = SHA256.HashSizeInBytes;

    /// <summary>
    /// SHA-256 over <paramref name="preamble"/> and the body's canonical form. Left out of it: the model (the caller puts the resolved one into the
    /// preamble), <c>stream</c>, <c>stream_options</c>, <c>user</c>, <c>metadata</c>, the gateway's own members, and members that are <c>null</c>.
    /// </summary>
    /// <param name="body">The body that was scanned.</param>
    /// <param name="fields">Of a scan without error.</param>
    /// <param name="preamble">What else tells requests apart; unambiguous in itself.</param>
    /// <param name="digest">Takes <see cref="DigestSize"/> bytes.</param>
    /// <returns>False when the body has no canonical form: a doubled key, half a surrogate pair, an exponent beyond 15 digits.</returns>
    public static bool TryDigest(ReadOnlySpan<byte> body, RequestFields fields, ReadOnlySpan<byte> preamble, Span<byte> digest)
    {
        using PooledBytes output = new(RentedBuffers.Pool);
        output.Reserve(preamble.Length + body.Length);
        output.Append(preamble);
        using CanonicalMembers members = new();
        if (!new CanonicalWriter(body, output, members).TryWriteRoot(fields))
            return false;
        SHA256.HashData(output.Span, digest);
        return true;
    }
}
