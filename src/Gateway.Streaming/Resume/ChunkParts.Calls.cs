using System.Text.Json;

namespace Gateway.Streaming.Resume;

/// <content>The tool calls of a delta.</content>
internal sealed partial class ChunkParts
{
    private void ReadCalls(ref Utf8JsonReader reader)
    {
        for (int position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                SkipUnknown(ref reader);
                continue;
            }

            int first = _count;
            int index = position;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadCallMember(ref reader, ref index);
            foreach (ref ChunkPart part in _parts.AsSpan(first, _count - first))
                (part.Call, part.CallElement) = (index, _calls);
            _calls++;
        }
    }

    private void ReadCallMember(ref Utf8JsonReader reader, ref int index)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.ValueTextEquals("index"u8))
        {
            ReadIndex(ref reader, ref index);
        }
        else if (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            if (IsFilled(reader))
                SkipMember(ref reader, PartKind.CallMember, start);
            else
                reader.Skip();
        }
        else if (reader.ValueTextEquals("function"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadFunction(ref reader);
            else
                SkipUnknown(ref reader);
        }
        else
        {
            reader.Read();
            SkipUnknown(ref reader);
        }
    }

    private void ReadFunction(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            PartKind kind = reader.ValueTextEquals("name"u8) ? PartKind.CallName
                : reader.ValueTextEquals("arguments"u8) ? PartKind.Arguments
                : PartKind.Unknown;
            ReadText(ref reader, kind);
        }
    }
}
