using System.Text.Json;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Rules;

/// <summary>Parses one chunk of <c>chat/completions</c> or <c>completions</c>; never throws.</summary>
internal static class ChatChunkParser
{
    /// <summary>Reads the whole chunk.</summary>
    /// <param name="json">The event's data.</param>
    /// <param name="chunk">What it holds.</param>
    /// <param name="finished">Takes the indexes of finished choices; null to only count them.</param>
    /// <returns>False when it is no JSON object.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> json, out ChatChunk chunk, FinishedChoices? finished = null)
    {
        chunk = default;
        Utf8JsonReader reader = new(json, AnswerJson.Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            ReadTopLevel(ref reader, ref chunk, finished);
            // Trailing garbage throws.
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadTopLevel(ref Utf8JsonReader reader, ref ChatChunk chunk, FinishedChoices? finished)
    {
        ErrorShape shape = default;
        bool hasChoices = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                hasChoices = reader.TokenType == JsonTokenType.StartArray;
                if (hasChoices)
                    ReadChoices(ref reader, ref chunk, finished);
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                    chunk.Usage = UsageReader.Read(ref reader);
                else
                    reader.Skip();
            }
            else
            {
                shape.Read(ref reader);
            }
        }

        chunk.HasError = shape.IsError(hasChoices || chunk.Usage is not null);
    }

    private static void ReadChoices(ref Utf8JsonReader reader, ref ChatChunk chunk, FinishedChoices? finished)
    {
        int position = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadChoice(ref reader, ref chunk, finished, position);
            else
                reader.Skip();
            position++;
        }

        chunk.ChoicesAreEmpty = position == 0;
    }

    private static void ReadChoice(ref Utf8JsonReader reader, ref ChatChunk chunk, FinishedChoices? finished, int position)
    {
        int index = position;
        bool isFinished = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                    ReadDelta(ref reader, ref chunk);
                else
                    reader.Skip();
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                ReadContentValue(ref reader, ref chunk);
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                reader.Read();
                // Some servers write "" where others write null; a cut answer must not look complete.
                isFinished = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out index))
                    index = position;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (!isFinished)
            return;
        chunk.Finished++;
        finished?.Add(index);
    }

    private static void ReadDelta(ref Utf8JsonReader reader, ref ChatChunk chunk)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
                reader.Skip();
            else
                ReadContentValue(ref reader, ref chunk);
        }
    }

    /// <summary>Empty strings, arrays and objects, <c>null</c> and <c>false</c> are no content.</summary>
    private static void ReadContentValue(ref Utf8JsonReader reader, ref ChatChunk chunk)
    {
        reader.Read();
        bool isContent;
        int start = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                isContent = reader.ValueSpan.Length > 0;
                start = (int)reader.TokenStartIndex + 1;
                break;
            case JsonTokenType.StartArray:
            case JsonTokenType.StartObject:
                JsonTokenType end = reader.TokenType == JsonTokenType.StartArray ? JsonTokenType.EndArray : JsonTokenType.EndObject;
                Utf8JsonReader inner = reader;
                isContent = inner.Read() && inner.TokenType != end;
                reader.Skip();
                break;
            default:
                isContent = reader.TokenType is JsonTokenType.Number or JsonTokenType.True;
                break;
        }

        if (!isContent)
            return;
        chunk.HasContent = true;
        chunk.ContentStart = start;
        chunk.ContentLength = start == 0 ? 0 : reader.ValueSpan.Length;
    }
}
