namespace Gateway.Streaming.Answers;

/// <summary>Cuts the text of a JSON string, as written, into pieces that are strings themselves: no character and no escape is cut.</summary>
internal ref struct TextPieces(ReadOnlySpan<byte> written)
{
    /// <summary>A piece has as many bytes, and then up to the end of its last character: about ten tokens, so that clients see an answer grow.</summary>
    internal const int Target = 48;

    private const int UnicodeEscape = 6;

    private ReadOnlySpan<byte> _rest = written;

    internal static int Count(ReadOnlySpan<byte> written)
    {
        int count = 0;
        for (TextPieces pieces = new(written); pieces.TryNext(out _); count++)
        {
        }

        return count;
    }

    internal bool TryNext(out ReadOnlySpan<byte> piece)
    {
        int length = Math.Min(NextLength(_rest), _rest.Length);
        piece = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    private static int NextLength(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Target)
            return text.Length;
        int length = text[..Target].IndexOf((byte)'\\');
        if (length < 0)
            length = Target;
        while (length < Target)
            length += text[length] == '\\' ? EscapeLength(text[length..]) : 1;
        // UTF-8: 10xxxxxx continues a character.
        while (length < text.Length && (text[length] & 0xC0) == 0x80)
            length++;
        return length;
    }

    /// <summary>Both halves of a surrogate pair are one escape.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape[1] != 'u')
            return 2;
        bool isHighSurrogate = escape[2] is (byte)'d' or (byte)'D' && escape[3] is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B';
        return isHighSurrogate && escape[UnicodeEscape..].StartsWith("\\u"u8) ? 2 * UnicodeEscape : UnicodeEscape;
    }
}
