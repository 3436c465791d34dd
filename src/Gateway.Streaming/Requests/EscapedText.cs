using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gateway.Streaming.Requests;

/// <summary>Comparison with JSON text that is written with escapes: no copy, and no exception for half a surrogate pair.</summary>
public static class EscapedText
{
    /// <param name="written">The text between the quotes of a well-formed JSON string.</param>
    /// <param name="plain">Valid UTF-8. Text with half a surrogate pair equals nothing.</param>
    public static bool Equals(ReadOnlySpan<byte> written, ReadOnlySpan<byte> plain)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (!written.IsEmpty)
        {
            int consumed = 1, produced = 1;
            utf8[0] = written[0];
            if (written[0] == '\\' && !TryUnescape(written, utf8, out consumed, out produced))
                return false;
            if (!plain.StartsWith(utf8[..produced]))
                return false;
            written = written[consumed..];
            plain = plain[produced..];
        }
        return plain.IsEmpty;
    }

    /// <summary>Whether the text has no half of a surrogate pair, and so decodes to Unicode.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> written)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (int escape = written.IndexOf((byte)'\\'); escape >= 0; escape = written.IndexOf((byte)'\\'))
        {
            if (!TryUnescape(written[escape..], utf8, out int consumed, out _))
                return false;
            written = written[(escape + consumed)..];
        }
        return true;
    }

    // RFC 8259 §7: char = unescaped / escape ( %x22 / %x5C / %x2F / %x62 / %x66 / %x6E / %x72 / %x74 / %x75 4HEXDIG )
    internal static bool TryUnescape(ReadOnlySpan<byte> written, Span<byte> utf8, out int consumed, out int produced)
    {
        consumed = 2;
        produced = 1;
        if (written[1] != 'u')
        {
            utf8[0] = written[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var itself => itself,
            };
            return true;
        }
        consumed = 6;
        char unit = CodeUnit(written);
        if (Rune.TryCreate(unit, out Rune rune))
            return rune.TryEncodeToUtf8(utf8, out produced);
        if (written.Length < 12 || written[6] != '\\' || written[7] != 'u' || !Rune.TryCreate(unit, CodeUnit(written[6..]), out rune))
            return false;
        consumed = 12;
        return rune.TryEncodeToUtf8(utf8, out produced);
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape)
    {
        bool isHex = ushort.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit);
        Debug.Assert(isHex, "the reader has checked the digits");
        return (char)unit;
    }
}
