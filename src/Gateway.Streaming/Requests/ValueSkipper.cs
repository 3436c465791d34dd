using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Gateway.Streaming.Requests;

/// <summary>
/// Checks one JSON value and finds its end. Vectorised over long strings, where <see cref="System.Text.Json.Utf8JsonReader"/> goes byte by
/// byte from the first escape on (RequestScanBenchmarks). It only says yes or no: what it refuses, the reader is asked about, and names.
/// </summary>
internal ref struct ValueSkipper
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _depth;
    private ulong _objects; // one bit per open container, the innermost lowest: set for an object

    private ValueSkipper(ReadOnlySpan<byte> json, int start, int depth)
    {
        _json = json;
        _at = start;
        _depth = depth;
    }

    private readonly bool IsInObject => (_objects & 1) != 0;

    /// <param name="json">Valid UTF-8.</param>
    /// <param name="start">The value's first byte, or white space before it.</param>
    /// <param name="depth">Containers around the value.</param>
    /// <returns>Past the value's last byte; -1 when the value is invalid, cut or too deep.</returns>
    internal static int FindEnd(ReadOnlySpan<byte> json, int start, int depth)
    {
        var skipper = new ValueSkipper(json, start, depth);
        return skipper.TrySkip(depth) ? skipper._at : -1;
    }

    private bool TrySkip(int outerDepth)
    {
        while (true)
        {
            int first = PeekToken();
            if (first is '{' or '[')
            {
                if (!TryOpen(first == '{'))
                    return false;
                int next = PeekToken();
                bool isEmpty = next == (IsInObject ? '}' : ']');
                if (!isEmpty && IsInObject && !TrySkipName())
                    return false;
                if (!isEmpty)
                    continue;
            }
            else if (!TrySkipScalar(first))
            {
                return false;
            }
            if (!TryGoToNextValue(outerDepth))
                return false;
            if (_depth == outerDepth)
                return true;
        }
    }

    /// <summary>After a value: closes what ends here, up to the next value or the end of the outermost one.</summary>
    private bool TryGoToNextValue(int outerDepth)
    {
        while (_depth > outerDepth)
        {
            int token = PeekToken();
            _at++;
            if (token == ',')
                return !IsInObject || TrySkipName();
            if (token != (IsInObject ? '}' : ']'))
                return false;
            _objects >>= 1;
            _depth--;
        }
        return true;
    }

    private bool TryOpen(bool isObject)
    {
        if (_depth == RequestScanner.MaxDepth)
            return false;
        _at++;
        _depth++;
        _objects = (_objects << 1) | (isObject ? 1UL : 0);
        return true;
    }

    private bool TrySkipName()
    {
        if (PeekToken() != '"' || !TrySkipText() || PeekToken() != ':')
            return false;
        _at++;
        return true;
    }

    private bool TrySkipScalar(int first) => first switch
    {
        '"' => TrySkipText(),
        't' => TrySkipLiteral("true"u8),
        'f' => TrySkipLiteral("false"u8),
        'n' => TrySkipLiteral("null"u8),
        _ => TrySkipNumber(),
    };

    private bool TrySkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[_at..].StartsWith(literal))
            return false;
        _at += literal.Length;
        return true;
    }

    // RFC 8259 §7: string = quotation-mark *char quotation-mark
    private bool TrySkipText()
    {
        _at++;
        while (true)
        {
            SkipPlainText();
            int end = Peek();
            _at++;
            if (end == '"')
                return true;
            if (end != '\\' || !TrySkipEscape())
                return false;
        }
    }

    // Written out because there is a stop every few words: with a call of IndexOfAny for each a scan takes half as long again (RequestScanBenchmarks).
    // RFC 8259 §7: unescaped = %x20-21 / %x23-5B / %x5D-10FFFF
    private void SkipPlainText()
    {
        int at = _at;
        while (_json.Length - at >= Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.Create(_json.Slice(at, Vector128<byte>.Count));
            Vector128<byte> stops = Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.Equals(block, Vector128.Min(block, Vector128.Create((byte)0x1F)));
            if (stops != Vector128<byte>.Zero)
            {
                _at = at + BitOperations.TrailingZeroCount(stops.ExtractMostSignificantBits());
                return;
            }
            at += Vector128<byte>.Count;
        }
        while (at < _json.Length && _json[at] is >= 0x20 and not ((byte)'"' or (byte)'\\'))
            at++;
        _at = at;
    }

    private bool TrySkipEscape()
    {
        int kind = Peek();
        _at++;
        if (kind != 'u')
            return kind is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't';
        if (_json.Length - _at < 4 || _json.Slice(_at, 4).ContainsAnyExcept(HexDigits))
            return false;
        _at += 4;
        return true;
    }

    // RFC 8259 §6: number = [ minus ] int [ frac ] [ exp ]; a leading zero stands alone
    private bool TrySkipNumber()
    {
        if (Peek() == '-')
            _at++;
        if (Peek() == '0')
            _at++;
        else if (!TrySkipDigits())
            return false;
        if (Peek() == '.')
        {
            _at++;
            if (!TrySkipDigits())
                return false;
        }
        if (Peek() is not ('e' or 'E'))
            return true;
        _at++;
        if (Peek() is '+' or '-')
            _at++;
        return TrySkipDigits();
    }

    private bool TrySkipDigits()
    {
        int start = _at;
        while (Peek() is >= '0' and <= '9')
            _at++;
        return _at > start;
    }

    private int PeekToken()
    {
        while (Peek() is ' ' or '\n' or '\r' or '\t')
            _at++;
        return Peek();
    }

    private readonly int Peek() => (uint)_at < (uint)_json.Length ? _json[_at] : -1;
}
