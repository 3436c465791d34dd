using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ZiggyCreatures.Caching.Fusion.Internals;
using ZiggyCreatures.Caching.Fusion.Internals.Distributed;
using ZiggyCreatures.Caching.Fusion.Serialization;

namespace Gateway.Caching.Store.Fusion;

/// <summary>
/// FusionCache's entries as bytes, by hand instead of by reflection: answers (<see cref="StoredFormat"/>), and the times at which tags were removed.
/// What was not made here is no entry. Version 1, little-endian:
/// <code>
/// "GWFC" · version 1 · kind 1 · timestamp 8 · expiry 8 · is stale 1 · eager expiry 8 · size 8 · priority 1 (−1, 255: none)
/// number of tags 4, each with its length (4) before it · answer, or number 8 · SHA-256 of all of it 32
/// </code>
/// </summary>
/// <param name="maxBody">Bytes of the longest body that is taken.</param>
internal sealed class FusionSerializer(long maxBody) : IFusionCacheSerializer
{
    private const byte Version = 1;
    private const byte OfAnswer = 1;
    private const byte OfNumber = 2;
    private const int MaxTags = 16;
    private const byte NoPriority = 255;

    private static ReadOnlySpan<byte> Magic => "GWFC"u8;

    public byte[] Serialize<T>(T? obj) => (object?)obj switch
    {
        FusionCacheDistributedEntry<FusionAnswer> entry => Write(OfAnswer, entry, StoredFormat.Encode(entry.Value.Key, entry.Value.Answer, stamp: 0)),
        FusionCacheDistributedEntry<long> entry => Write(OfNumber, entry, BitConverter.GetBytes(entry.Value)),
        _ => throw new NotSupportedException($"No format for {typeof(T)}."),
    };

    public T? Deserialize<T>(byte[] data) => Read(data) is T entry ? entry : default;

    /// <summary>Answers are compressed: not on the way of the request that keeps one.</summary>
    public ValueTask<byte[]> SerializeAsync<T>(T? obj, CancellationToken token = default) => new(Task.Run(() => Serialize(obj), token));

    public ValueTask<T?> DeserializeAsync<T>(byte[] data, CancellationToken token = default) => new(Deserialize<T>(data));

    private static byte[] Write<T>(byte kind, FusionCacheDistributedEntry<T> entry, byte[] payload)
    {
        FusionCacheEntryMetadata? metadata = entry.Metadata;
        using MemoryStream output = new(payload.Length + 256);
        using BinaryWriter writer = new(output, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(kind);
        writer.Write(entry.Timestamp);
        writer.Write(entry.LogicalExpirationTimestamp);
        writer.Write(metadata?.IsStale ?? false);
        writer.Write(metadata?.EagerExpirationTimestamp ?? -1);
        writer.Write(metadata?.Size ?? -1);
        writer.Write(metadata?.Priority ?? NoPriority);
        string[] tags = entry.Tags ?? [];
        writer.Write(tags.Length);
        foreach (string tag in tags)
        {
            byte[] text = Encoding.UTF8.GetBytes(tag);
            writer.Write(text.Length);
            writer.Write(text);
        }

        writer.Write(payload);
        writer.Write(SHA256.HashData(output.GetBuffer().AsSpan(0, (int)output.Length)));
        return output.ToArray();
    }

    private object? Read(byte[] data)
    {
        int length = data.Length - SHA256.HashSizeInBytes;
        if (length < Magic.Length || !data.AsSpan().StartsWith(Magic) || data[Magic.Length] != Version
            || !SHA256.HashData(data.AsSpan(0, length)).AsSpan().SequenceEqual(data.AsSpan(length)))
        {
            return null;
        }

        StoredReader reader = new(data.AsSpan(Magic.Length + 1, length - Magic.Length - 1));
        byte kind = reader.Byte();
        long timestamp = reader.Int64();
        long expiry = reader.Int64();
        FusionCacheEntryMetadata metadata = ReadMetadata(ref reader);
        int count = reader.Int32();
        if (!reader.IsWhole || count is < 0 or > MaxTags)
            return null;
        string[]? tags = count == 0 ? null : new string[count];
        for (int i = 0; i < count; i++)
            tags![i] = reader.Text();
        byte[] payload = reader.Bytes(reader.Left).ToArray();
        if (!reader.IsWhole)
            return null;
        if (kind == OfNumber && payload.Length == sizeof(long))
            return new FusionCacheDistributedEntry<long>(BinaryPrimitives.ReadInt64LittleEndian(payload), timestamp, expiry, tags, metadata);
        return kind == OfAnswer && StoredFormat.Decode(payload, maxBody, out CacheKey key, out _) is { } answer
            ? new FusionCacheDistributedEntry<FusionAnswer>(new FusionAnswer(key, answer), timestamp, expiry, tags, metadata)
            : null;
    }

    private static FusionCacheEntryMetadata ReadMetadata(ref StoredReader reader)
    {
        bool isStale = reader.Byte() != 0;
        long eager = reader.Int64();
        long size = reader.Int64();
        byte priority = reader.Byte();
        return new FusionCacheEntryMetadata(isStale, eager < 0 ? null : eager, null, null, size < 0 ? null : size, priority == NoPriority ? null : priority);
    }
}
