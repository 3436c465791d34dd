using System.Text.Json;

namespace Gateway.Bench.Streaming;

/// <summary>The least that reading JSON costs: to walk its tokens.</summary>
internal static class JsonTokens
{
    internal static int Count(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }
}
