using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Models;

/// <summary>Reads an upstream's <c>GET /v1/models</c>.</summary>
internal static class ModelListing
{
    private const int MaxModels = 10_000;

    /// <summary>The ids in <c>data[].id</c>, in their order; null when the body is no listing. Never throws.</summary>
    internal static IReadOnlyList<string>? Parse(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            List<string>? ids = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (isData && reader.TokenType == JsonTokenType.StartArray)
                    ids = ReadIds(ref reader);
                else
                    reader.Skip();
            }

            return ids;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The same set object when nothing changed, so that readers see changes only.</summary>
    internal static FrozenSet<string> ToSet(IReadOnlyList<string> ids, FrozenSet<string>? before) =>
        before is not null && before.SetEquals(ids) ? before : ids.ToFrozenSet(StringComparer.Ordinal);

    private static List<string> ReadIds(ref Utf8JsonReader reader)
    {
        List<string> ids = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadId(ref reader, ids);
            else
                reader.Skip();
        }

        return ids;
    }

    private static void ReadId(ref Utf8JsonReader reader, List<string> ids)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String && ids.Count < MaxModels)
                ids.Add(reader.GetString()!);
            else
                reader.Skip();
        }
    }
}
