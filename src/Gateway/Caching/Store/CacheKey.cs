using System.Buffers.Binary;

namespace Gateway.Caching.Store;

/// <summary>SHA-256 of everything that tells requests apart: two answers with one key are answers to the same question of the same tenant.</summary>
internal readonly record struct CacheKey(ulong A, ulong B, ulong C, ulong D)
{
    internal const int Size = 32;

    internal static CacheKey Of(ReadOnlySpan<byte> digest) => new(
        BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(digest[16..]), BinaryPrimitives.ReadUInt64BigEndian(digest[24..]));

    internal void WriteTo(Span<byte> digest)
    {
        BinaryPrimitives.WriteUInt64BigEndian(digest, A);
        BinaryPrimitives.WriteUInt64BigEndian(digest[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(digest[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(digest[24..], D);
    }

    /// <summary>A digest's bits are as good as any hash of them.</summary>
    public override int GetHashCode() => (int)A;

    /// <summary>64 hex digits.</summary>
    public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";
}
