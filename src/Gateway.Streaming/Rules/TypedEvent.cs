using System.Text.Json;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Rules;

/// <summary>One parsed event of a stream whose events carry a <c>type</c> (Anthropic's messages, OpenAI's responses).</summary>
internal struct TypedEvent
{
    /// <summary>Start of the <c>type</c> member's text.</summary>
    public int TypeStart;

    /// <summary>Length of the <c>type</c> member's text as written; 0 when absent.</summary>
    public int TypeLength;

    /// <summary>The object looks like an error; only believed when its type is none of the endpoint's.</summary>
    public bool HasErrorShape;

    /// <summary>From <c>usage</c>, <c>message.usage</c> or <c>response.usage</c>; null when absent or <c>null</c>.</summary>
    public TokenUsage? Usage;

    /// <summary>Start of the last text in a <c>delta</c> object besides its <c>type</c>, behind the opening quote; 0 when there is no such text.</summary>
    public int TextStart;

    /// <summary>Length of that text as written, escapes included.</summary>
    public int TextLength;

    /// <summary>Reads the whole event; false when it is no JSON object. Never throws.</summary>
    /// <param name="json">The event's data.</param>
    /// <param name="before">Usage known so far; fields this event does not name keep their value.</param>
    /// <param name="result">What it holds.</param>
    internal static bool TryParse(ReadOnlySpan<byte> json, TokenUsage? before, out TypedEvent result)
    {
        result = default;
        Utf8JsonReader reader = new(json, AnswerJson.Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            result.ReadTopLevel(ref reader, before ?? default);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void ReadTopLevel(ref Utf8JsonReader reader, TokenUsage before)
    {
        ErrorShape shape = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                shape.Read(ref reader);
                if (reader.TokenType == JsonTokenType.String)
                    (TypeStart, TypeLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref reader, before);
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                ReadDelta(ref reader);
            }
            else
            {
                // An answer is nested as "message" or "response"; an error's "message" is text.
                bool mayNest = reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("response"u8);
                shape.ReadName(ref reader);
                if (mayNest && reader.TokenType == JsonTokenType.StartObject)
                    ReadNested(ref reader, before);
                else
                    reader.Skip();
            }
        }

        HasErrorShape = shape.IsError(isAnswer: false);
    }

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (!isType && reader.TokenType == JsonTokenType.String)
                (TextStart, TextLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            reader.Skip();
        }
    }

    private void ReadNested(ref Utf8JsonReader reader, TokenUsage before)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader, before);
            else
                reader.Skip();
        }
    }

    private void ReadUsage(ref Utf8JsonReader reader, TokenUsage before)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            Usage = UsageReader.Read(ref reader, before);
        else
            reader.Skip();
    }
}
