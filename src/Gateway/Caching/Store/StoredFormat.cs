using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Streaming.Usage;

namespace Gateway.Caching.Store;

/// <summary>
/// An answer as bytes for another level. What is not exactly what <see cref="Encode"/> made of this key is no answer: cut, changed, of another key,
/// of a newer version or of someone else. Version 1, numbers little-endian, texts UTF-8 with their length (4 bytes) before them:
/// <code>
/// "GWCA" · version 1 · flags 1 · endpoint 1 · key 32 · stamp 8 · created, fresh until, stale until 8 each · usage 4 × 8, if flagged
/// provider · upstream model · model · key id, if flagged · body's length 4 · stored body's length 4 · stored body · SHA-256 of all of it 32
/// </code>
/// </summary>
internal static class StoredFormat
{
    private const byte Version = 1;
    private const int FixedLength = 4 + 3 + CacheKey.Size + (4 * sizeof(long)) + (2 * sizeof(int));

    private static ReadOnlySpan<byte> Magic => "GWCA"u8;

    /// <param name="key">Whose answer it is.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="stamp">The newest purge that was known when it was kept.</param>
    internal static byte[] Encode(in CacheKey key, CachedAnswer answer, long stamp)
    {
        byte[]? compressed = StoredBody.Compress(answer.Body);
        byte[] body = compressed ?? answer.Body;
        StoredFlags flags = FlagsOf(answer) | (compressed is null ? StoredFlags.None : StoredFlags.Compressed);
        int length = FixedLength + (answer.Usage is null ? 0 : 4 * sizeof(long)) + TextLength(answer.Provider) + TextLength(answer.UpstreamModel)
            + TextLength(answer.Model) + (answer.KeyId is null ? 0 : TextLength(answer.KeyId)) + body.Length;
        byte[] value = new byte[length + SHA256.HashSizeInBytes];

        Span<byte> rest = value;
        Magic.CopyTo(rest);
        rest[4] = Version;
        rest[5] = (byte)flags;
        rest[6] = (byte)answer.Endpoint;
        key.WriteTo(rest[7..]);
        rest = rest[(7 + CacheKey.Size)..];
        Write(ref rest, stamp);
        Write(ref rest, answer.Created.UtcTicks);
        Write(ref rest, answer.FreshUntil.UtcTicks);
        Write(ref rest, answer.StaleUntil.UtcTicks);
        if (answer.Usage is { } usage)
            Write(ref rest, usage);
        Write(ref rest, answer.Provider);
        Write(ref rest, answer.UpstreamModel);
        Write(ref rest, answer.Model);
        if (answer.KeyId is not null)
            Write(ref rest, answer.KeyId);
        Write(ref rest, answer.Body.Length);
        Write(ref rest, body.Length);
        body.CopyTo(rest);
        SHA256.HashData(value.AsSpan(0, length), value.AsSpan(length));
        return value;
    }

    /// <param name="value">What was found under the key.</param>
    /// <param name="key">Whose answer it must be.</param>
    /// <param name="maxBody">Bytes of the longest body that is taken.</param>
    /// <param name="stamp">As it was encoded.</param>
    /// <returns>Null: not an answer to this key.</returns>
    internal static CachedAnswer? Decode(byte[] value, in CacheKey key, long maxBody, out long stamp) =>
        Decode(value, maxBody, out CacheKey own, out stamp) is { } answer && own == key ? answer : null;

    /// <summary>As the other, for callers that compare <paramref name="key"/> themselves.</summary>
    internal static CachedAnswer? Decode(byte[] value, long maxBody, out CacheKey key, out long stamp)
    {
        key = default;
        stamp = 0;
        int length = value.Length - SHA256.HashSizeInBytes;
        if (length < FixedLength || !value.AsSpan().StartsWith(Magic) || value[4] != Version)
            return null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value.AsSpan(0, length), digest);
        if (!digest.SequenceEqual(value.AsSpan(length)))
            return null;

        StoredReader reader = new(value.AsSpan(5, length - 5));
        var flags = (StoredFlags)reader.Byte();
        byte endpoint = reader.Byte();
        if (endpoint > (byte)Endpoint.Messages || (flags & ~StoredFlags.All) != StoredFlags.None)
            return null;
        key = CacheKey.Of(reader.Bytes(CacheKey.Size));
        stamp = reader.Int64();
        CachedAnswer answer = ReadHead(ref reader, flags, (Endpoint)endpoint);
        int bodyLength = reader.Int32();
        int storedLength = reader.Int32();
        if (!reader.IsWhole || bodyLength < 0 || bodyLength > maxBody || storedLength != reader.Left)
            return null;
        byte[]? body = flags.HasFlag(StoredFlags.Compressed)
            ? StoredBody.Expand(value, length - storedLength, storedLength, bodyLength)
            : bodyLength == storedLength ? value[(length - storedLength)..length] : null;
        return body is null ? null : answer with { Body = body };
    }

    private static StoredFlags FlagsOf(CachedAnswer answer) =>
        (answer.Shape is AnswerShape.Stream ? StoredFlags.Stream : StoredFlags.None)
        | (answer.KeyId is null ? StoredFlags.None : StoredFlags.KeyId)
        | (answer.Usage is null ? StoredFlags.None : StoredFlags.Usage);

    private static CachedAnswer ReadHead(ref StoredReader reader, StoredFlags flags, Endpoint endpoint) => new()
    {
        Shape = flags.HasFlag(StoredFlags.Stream) ? AnswerShape.Stream : AnswerShape.Whole,
        Endpoint = endpoint,
        Body = [],
        Created = reader.Time(),
        FreshUntil = reader.Time(),
        StaleUntil = reader.Time(),
        Usage = flags.HasFlag(StoredFlags.Usage) ? new TokenUsage(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64()) : null,
        Provider = reader.Text(),
        UpstreamModel = reader.Text(),
        Model = reader.Text(),
        KeyId = flags.HasFlag(StoredFlags.KeyId) ? reader.Text() : null,
    };

    private static int TextLength(string text) => sizeof(int) + Encoding.UTF8.GetByteCount(text);

    private static void Write(ref Span<byte> rest, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(rest, number);
        rest = rest[sizeof(long)..];
    }

    private static void Write(ref Span<byte> rest, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, number);
        rest = rest[sizeof(int)..];
    }

    private static void Write(ref Span<byte> rest, in TokenUsage usage)
    {
        Write(ref rest, usage.Prompt);
        Write(ref rest, usage.Completion);
        Write(ref rest, usage.Cached);
        Write(ref rest, usage.Reasoning);
    }

    private static void Write(ref Span<byte> rest, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, rest[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(rest, length);
        rest = rest[(sizeof(int) + length)..];
    }
}
