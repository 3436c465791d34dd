using System.Text.Json;
using Gateway.Streaming.Requests;

namespace Gateway.Limits;

/// <summary>Measures the text of a request: what is said, not names, ids, images or sound.</summary>
internal static class PromptText
{
    private const int BytesPerToken = 4;

    /// <summary>Bytes of text, escapes as they are written; a token given as a number counts as four.</summary>
    internal static long CountBytes(RequestFields fields, ReadOnlySpan<byte> body)
    {
        long bytes = 0;
        foreach (ref readonly BodyMember member in fields.Members)
        {
            if (member.IsNamed(body, "messages"u8) || member.IsNamed(body, "prompt"u8) || member.IsNamed(body, "input"u8)
                || member.IsNamed(body, "system"u8) || member.IsNamed(body, "instructions"u8))
            {
                bytes += Count(member.ValueIn(body));
            }
        }

        return bytes;
    }

    private static long Count(ReadOnlySpan<byte> value)
    {
        Utf8JsonReader reader = new(value, new JsonReaderOptions { MaxDepth = 512 });
        long bytes = 0;
        try
        {
            // A text, or a list of texts or tokens, stands for itself; inside of objects the name says what it is.
            bool isText = true;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    isText = reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("arguments"u8);
                else if (isText && reader.TokenType == JsonTokenType.String)
                    bytes += reader.ValueSpan.Length;
                else if (isText && reader.TokenType == JsonTokenType.Number)
                    bytes += BytesPerToken;
            }
        }
        catch (JsonException)
        {
            // The upstream will say what is wrong with it.
        }

        return bytes;
    }
}
