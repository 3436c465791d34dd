using System.Text.Json;
using Gateway.Streaming.Usage;

namespace Gateway.Load.Answers;

/// <summary>Reads an answer, unary or chunk by chunk: content, finish reason, usage, errors. Chat, completions and embeddings have enough in common for one.</summary>
/// <param name="keepsText">Content and reasoning are kept chunk by chunk, to be compared or to go on a conversation.</param>
internal sealed class AnswerReader(bool keepsText)
{
    private bool _hasContent;

    /// <summary>The first choice's content; null when it is not kept.</summary>
    public List<string>? Content { get; } = keepsText ? [] : null;

    public List<string>? Reasoning { get; } = keepsText ? [] : null;

    public bool IsFinished { get; private set; }

    public bool IsDone { get; set; }

    public bool HasError { get; private set; }

    public bool HasUsage { get; private set; }

    public TokenUsage Usage { get; private set; }

    /// <summary>Reads one chunk or a whole body.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="hasContent">It brought content, reasoning, arguments or vectors.</param>
    /// <returns>False: this is no JSON object.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, out bool hasContent)
    {
        _hasContent = false;
        try
        {
            Utf8JsonReader reader = new(json);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadRoot(ref reader);
                hasContent = _hasContent;
                return !reader.Read();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Said by the result; text that is no UTF-8 throws the second.
        }

        hasContent = false;
        return false;
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
                ReadObjects(ref reader, isChoice: true);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader);
            else if (reader.ValueTextEquals("error"u8))
                HasError |= SkipValue(ref reader) != JsonTokenType.Null;
            else if (reader.ValueTextEquals("data"u8))
                _hasContent |= SkipValue(ref reader) == JsonTokenType.StartArray;
            else
                SkipValue(ref reader);
        }
    }

    private void ReadObjects(ref Utf8JsonReader reader, bool isChoice)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (isChoice)
                ReadChoice(ref reader);
            else
                ReadDelta(ref reader);
        }
    }

    private void ReadChoice(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8))
            {
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    ReadDelta(ref reader);
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                ReadText(ref reader, Content);
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                IsFinished |= SkipValue(ref reader) == JsonTokenType.String;
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    /// <summary>A delta, a message, and inside them tool calls and their functions: whatever is text of the answer.</summary>
    private void ReadDelta(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("arguments"u8))
            {
                ReadText(ref reader, Content);
            }
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                ReadText(ref reader, Reasoning);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                ReadObjects(ref reader, isChoice: false);
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    ReadDelta(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    private void ReadText(ref Utf8JsonReader reader, List<string>? into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return;
        }

        if (reader.ValueSpan.IsEmpty)
            return;
        _hasContent = true;
        into?.Add(reader.GetString()!);
    }

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        Usage = UsageReader.Read(ref reader, Usage);
        HasUsage = true;
    }

    /// <returns>What the value was.</returns>
    private static JsonTokenType SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        JsonTokenType type = reader.TokenType;
        reader.Skip();
        return type;
    }
}
