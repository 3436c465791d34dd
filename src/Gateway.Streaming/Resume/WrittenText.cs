using System.Diagnostics;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Resume;

/// <summary>The text of a JSON string as it is written between its quotes; well formed, which the rules have checked.</summary>
internal static class WrittenText
{
    // The longest character: 😀.
    private const int MaxCharacter = 4;

    /// <summary>Decodes the escapes.</summary>
    /// <param name="written">Text between the quotes.</param>
    /// <param name="text">At least as long as <paramref name="written"/>.</param>
    /// <param name="length">Bytes decoded.</param>
    /// <returns>False for half a surrogate pair.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> written, Span<byte> text, out int length)
    {
        length = 0;
        while (!written.IsEmpty)
        {
            int plain = PlainLength(written);
            written[..plain].CopyTo(text[length..]);
            length += plain;
            written = written[plain..];
            if (written.IsEmpty)
                break;
            if (!EscapedText.TryUnescape(written, text[length..], out int consumed, out int produced))
                return false;
            length += produced;
            written = written[consumed..];
        }

        return true;
    }

    /// <summary>Where the character behind the first <paramref name="decoded"/> bytes of the text is written; -1 when they end inside an escape.</summary>
    internal static int OffsetOf(ReadOnlySpan<byte> written, int decoded)
    {
        Span<byte> character = stackalloc byte[MaxCharacter];
        int offset = 0;
        while (decoded > 0)
        {
            int plain = Math.Min(PlainLength(written[offset..]), decoded);
            offset += plain;
            decoded -= plain;
            if (decoded == 0)
                break;
            bool isWhole = EscapedText.TryUnescape(written[offset..], character, out int consumed, out int produced);
            Debug.Assert(isWhole, "It was decoded before.");
            offset += consumed;
            decoded -= produced;
        }

        return decoded == 0 ? offset : -1;
    }

    private static int PlainLength(ReadOnlySpan<byte> written)
    {
        int escape = written.IndexOf((byte)'\\');
        return escape < 0 ? written.Length : escape;
    }
}
