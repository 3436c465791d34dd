using System.Text.Json;

namespace Gateway.Streaming.Rules;

/// <summary>
/// Recognises an error where an answer was expected, in the shapes upstreams use: <c>{"error":…}</c>, <c>{"object":"error"}</c>,
/// <c>{"message","type","code"}</c>, RFC 7807's <c>{"status","title","detail"}</c>.
/// </summary>
internal struct ErrorShape
{
    private bool _error;
    private bool _text;
    private bool _kind;

    /// <summary>Takes one top-level member; the reader stands on its name and ends on the end of its value.</summary>
    internal void Read(ref Utf8JsonReader reader)
    {
        ReadName(ref reader);
        reader.Skip();
    }

    /// <summary>As <see cref="Read"/>, but ends on the first token of the value.</summary>
    internal void ReadName(ref Utf8JsonReader reader)
    {
        if (reader is { ValueIsEscaped: false, ValueSpan.Length: < 4 or > 7 })
        {
            // None of the names below; most members of an event are dismissed here.
            reader.Read();
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            _error |= reader.TokenType != JsonTokenType.Null;
        }
        else if (reader.ValueTextEquals("object"u8))
        {
            reader.Read();
            _error |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("error"u8);
        }
        else if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("title"u8) || reader.ValueTextEquals("detail"u8))
        {
            reader.Read();
            _text |= reader.TokenType == JsonTokenType.String;
        }
        else if (reader.ValueTextEquals("code"u8) || reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("status"u8))
        {
            reader.Read();
            _kind |= reader.TokenType != JsonTokenType.Null;
        }
        else
        {
            reader.Read();
        }
    }

    /// <param name="isAnswer">Whether the object also has what an answer has; then only an explicit error counts.</param>
    internal readonly bool IsError(bool isAnswer) => _error || (!isAnswer && _text && _kind);
}
