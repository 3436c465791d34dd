using System.Text.Json;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Resume;

/// <summary>Takes chat and completion chunks apart, in the order of their bytes. One object per stream; never throws on input.</summary>
internal sealed partial class ChunkParts
{
    /// <summary>No server writes chunks of so many parts; beyond it an answer is not resumed.</summary>
    internal const int MaxParts = 4_096;

    private ChunkPart[] _parts = new ChunkPart[16];
    private int _count;
    private int _calls;

    /// <summary>The parts of the last chunk; a choice's parts follow it.</summary>
    internal Span<ChunkPart> All => _parts.AsSpan(0, _count);

    /// <summary>Elements of <c>choices</c>.</summary>
    internal int Choices { get; private set; }

    /// <summary>Whether <c>usage</c> is an object.</summary>
    internal bool HasUsage { get; private set; }

    /// <summary>Whether the event's data is a chunk: events with names of their own are for those who know them.</summary>
    internal static bool IsChunk(in SseFrame frame) => frame.DataLines > 0 && (frame.Name.IsEmpty || frame.Name.SequenceEqual("message"u8));

    /// <summary>Reads one chunk.</summary>
    /// <returns>False when it is no JSON object, or has too many parts.</returns>
    internal bool TryRead(ReadOnlySpan<byte> json)
    {
        _count = _calls = Choices = 0;
        HasUsage = false;
        Utf8JsonReader reader = new(json, AnswerJson.Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader);
            return !reader.Read() && _count < MaxParts;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair in a member's name.
            return false;
        }
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                AddText(PartKind.Id, reader);
                return;
            }
        }
        else if (reader.ValueTextEquals("choices"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                Add(PartKind.Choices, start, 0);
                ReadChoices(ref reader);
                return;
            }
        }
        else
        {
            bool isUsage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            HasUsage |= isUsage && reader.TokenType == JsonTokenType.StartObject;
        }

        SkipMember(ref reader, PartKind.Member, start);
    }

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        for (int position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            int first = _count;
            int start = (int)reader.TokenStartIndex;
            int index = position;
            Choices++;
            Add(PartKind.Choice, start, 0);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadChoiceMember(ref reader, ref index);
            if (first < _count)
                _parts[first].Length = (int)reader.BytesConsumed - start;
            foreach (ref ChunkPart part in _parts.AsSpan(first, _count - first))
                part.Choice = index;
        }
    }

    private void ReadChoiceMember(ref Utf8JsonReader reader, ref int index)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.ValueTextEquals("delta"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadDelta(ref reader);
            else
                SkipUnknown(ref reader);
        }
        else if (reader.ValueTextEquals("index"u8))
        {
            ReadIndex(ref reader, ref index);
        }
        else if (reader.ValueTextEquals("text"u8))
        {
            ReadText(ref reader, PartKind.Text);
        }
        else if (reader.ValueTextEquals("finish_reason"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
                AddText(PartKind.Finish, reader);
            else
                SkipMember(ref reader, PartKind.ChoiceMember, start);
        }
        else
        {
            bool isKnown = ChunkNames.IsPlainChoiceMember(reader);
            reader.Read();
            SkipMember(ref reader, !isKnown && IsFilled(reader) ? PartKind.Unknown : PartKind.ChoiceMember, start);
        }
    }

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                SkipMember(ref reader, PartKind.Role, start);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartArray)
                    ReadCalls(ref reader);
                else
                    SkipUnknown(ref reader);
            }
            else
            {
                ReadText(ref reader, ChunkNames.KindOf(reader));
            }
        }
    }

    private static void ReadIndex(ref Utf8JsonReader reader, ref int index)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value))
            index = value;
        reader.Skip();
    }

    private void ReadText(ref Utf8JsonReader reader, PartKind kind)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && kind != PartKind.Unknown && reader.ValueSpan.Length > 0)
            AddText(kind, reader);
        else
            SkipUnknown(ref reader);
    }

    /// <summary>Skips a value that is unknown content unless it is empty.</summary>
    private void SkipUnknown(ref Utf8JsonReader reader)
    {
        if (IsFilled(reader))
            Add(PartKind.Unknown, (int)reader.TokenStartIndex, 0);
        reader.Skip();
    }

    private void SkipMember(ref Utf8JsonReader reader, PartKind kind, int start)
    {
        reader.Skip();
        Add(kind, start, (int)reader.BytesConsumed - start);
    }

    private static bool IsFilled(Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.String => value.ValueSpan.Length > 0,
        JsonTokenType.StartArray => value.Read() && value.TokenType != JsonTokenType.EndArray,
        JsonTokenType.StartObject => value.Read() && value.TokenType != JsonTokenType.EndObject,
        _ => value.TokenType is JsonTokenType.Number or JsonTokenType.True,
    };

    private void AddText(PartKind kind, in Utf8JsonReader reader) => Add(kind, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);

    private void Add(PartKind kind, int start, int length)
    {
        if (_count == MaxParts)
            return;
        if (_count == _parts.Length)
            Array.Resize(ref _parts, _count * 2);
        _parts[_count++] = new() { Kind = kind, Start = start, Length = length };
    }
}
