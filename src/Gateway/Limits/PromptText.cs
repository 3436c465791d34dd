using System.Buffers;
using Gateway.Streaming.Requests;

namespace Gateway.Limits;

/// <summary>Measures the text of a request: what is said, not names, ids, images or sound.</summary>
internal static class PromptText
{
    private const int BytesPerToken = 4;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("+-.0123456789Ee"u8);

    /// <summary>Bytes of text, escapes as they are written; a token given as a number counts as four.</summary>
    /// <param name="fields">Of the body.</param>
    /// <param name="body">Has been scanned: it is well-formed.</param>
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

    /// <summary>
    /// In a well-formed value only quotes, colons and numbers say anything, so that no reader is needed: it goes byte by byte through a text from its
    /// first escape on, which made a long prompt cost as much again as its scan.
    /// </summary>
    private static long Count(ReadOnlySpan<byte> value)
    {
        long bytes = 0;
        // A text, or a list of texts or tokens, stands for itself; inside of objects the name says what it is.
        bool isText = true;
        while (!value.IsEmpty)
        {
            if (value[0] == '"')
            {
                ReadOnlySpan<byte> text = value.Slice(1, TextLength(value[1..]));
                value = value[Math.Min(text.Length + 2, value.Length)..].TrimStart(" \t\r\n"u8);
                if (value is [(byte)':', ..])
                    isText = NamesText(text);
                else if (isText)
                    bytes += text.Length;
            }
            else if (value[0] == '-' || char.IsAsciiDigit((char)value[0]))
            {
                bytes += isText ? BytesPerToken : 0;
                int end = value.IndexOfAnyExcept(NumberBytes);
                value = end < 0 ? [] : value[end..];
            }
            else
            {
                value = value[1..];
            }
        }

        return bytes;
    }

    /// <summary>Up to the quote that ends it, which an escape may hide.</summary>
    private static int TextLength(ReadOnlySpan<byte> rest)
    {
        int at = 0;
        while (at < rest.Length)
        {
            int found = rest[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
                break;
            at += found;
            if (rest[at] == '"')
                return at;
            at += 2;
        }

        return rest.Length;
    }

    private static bool NamesText(ReadOnlySpan<byte> name) => name.Contains((byte)'\\')
        ? EscapedText.Equals(name, "content"u8) || EscapedText.Equals(name, "text"u8) || EscapedText.Equals(name, "arguments"u8)
        : name.SequenceEqual("content"u8) || name.SequenceEqual("text"u8) || name.SequenceEqual("arguments"u8);
}
