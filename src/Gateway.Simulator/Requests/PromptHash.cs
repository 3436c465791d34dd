using System.Buffers.Binary;
using System.Text.Json;

namespace Gateway.Simulator.Requests;

/// <summary>Hashes a JSON value token by token, so that white space between tokens does not change an answer. Not cryptographic.</summary>
internal static class PromptHash
{
    /// <summary>Adds the value under the reader, which ends on the value's last token, and the bytes of its strings and numbers.</summary>
    public static void Add(ref Utf8JsonReader reader, ref ulong hash, ref int bytes)
    {
        int depth = 0;
        do
        {
            depth += reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
            hash = Mix(hash, (ulong)reader.TokenType);
            hash = Mix(hash, reader.ValueSpan);
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                bytes += reader.ValueSpan.Length;
            }
        }
        while (depth > 0 && reader.Read());
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> value)
    {
        while (value.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(value));
            value = value[sizeof(ulong)..];
        }

        foreach (byte b in value)
        {
            hash = Mix(hash, b);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15UL;
        return hash ^ (hash >> 29);
    }
}
