using System.Buffers.Text;

namespace Gateway.Upstream.Http1;

/// <summary>
/// RFC 9112 §4 and §5, strictly: CRLF only, no folding, no blank before the colon. Works over all bytes received so far and remembers how far it came,
/// so that a head in single bytes is still looked at once. Allocates only while its field table grows.
/// </summary>
internal sealed class ResponseHeadParser
{
    private HeaderRange[] _fields = new HeaderRange[16];
    private int _lineStart;
    private int _searched;

    internal int StatusCode { get; private set; }

    internal bool IsHttp10 { get; private set; }

    internal int FieldCount { get; private set; }

    /// <summary>Bytes up to and including the empty line; valid after <see cref="HeadStatus.Done"/>.</summary>
    internal int HeadLength => _lineStart;

    internal ReadOnlySpan<HeaderRange> Fields => _fields.AsSpan(0, FieldCount);

    internal void Reset()
    {
        StatusCode = 0;
        FieldCount = 0;
        _lineStart = 0;
        _searched = 0;
    }

    /// <param name="received">From the head's first byte on; the same bytes as last time, and more.</param>
    internal HeadStatus Parse(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            int newline = received[_searched..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                _searched = received.Length;
                return StatusCode > 0 || MayBeHttp(received) ? HeadStatus.NeedMore : HeadStatus.Invalid;
            }
            int end = _searched + newline;
            if (end == _lineStart || received[end - 1] != '\r')
            {
                return HeadStatus.Invalid;
            }
            int start = _lineStart;
            _lineStart = _searched = end + 1;
            HeadStatus status = ParseLine(received[start..(end - 1)], start);
            if (status is not HeadStatus.NeedMore)
            {
                return status;
            }
        }
    }

    /// <summary>Something that speaks another protocol is told at once, not at the limit.</summary>
    private static bool MayBeHttp(ReadOnlySpan<byte> received)
    {
        ReadOnlySpan<byte> version = "HTTP/1."u8;
        int length = Math.Min(version.Length, received.Length);
        return received[..length].SequenceEqual(version[..length]);
    }

    private HeadStatus ParseLine(ReadOnlySpan<byte> line, int start)
    {
        if (StatusCode == 0)
        {
            return ParseStatusLine(line) ? HeadStatus.NeedMore : HeadStatus.Invalid;
        }
        return line.IsEmpty ? HeadStatus.Done : ParseField(line, start);
    }

    /// <summary>status-line = HTTP-version SP status-code SP [ reason-phrase ]. The second blank is missing in old servers and carries nothing.</summary>
    private bool ParseStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' '
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int code, out int digits) || digits != 3 || code is < 100 or > 599)
        {
            return false;
        }
        ReadOnlySpan<byte> reason = line[12..];
        if (!reason.IsEmpty && (reason[0] != ' ' || !HttpChars.IsValue(reason)))
        {
            return false;
        }
        IsHttp10 = line[7] == '0';
        StatusCode = code;
        return true;
    }

    /// <summary>field-line = field-name ":" OWS field-value OWS.</summary>
    private HeadStatus ParseField(ReadOnlySpan<byte> line, int start)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || !HttpChars.IsToken(line[..colon]))
        {
            return HeadStatus.Invalid;
        }
        ReadOnlySpan<byte> rest = line[(colon + 1)..];
        if (!HttpChars.IsValue(rest))
        {
            return HeadStatus.Invalid;
        }
        if (FieldCount == Http1Limits.HeaderFields)
        {
            return HeadStatus.TooLarge;
        }
        ReadOnlySpan<byte> value = rest.TrimStart(" \t"u8);
        int valueStart = start + line.Length - value.Length;
        value = value.TrimEnd(" \t"u8);
        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, Math.Min(_fields.Length * 2, Http1Limits.HeaderFields));
        }
        _fields[FieldCount++] = new HeaderRange(start, colon, valueStart, value.Length);
        return HeadStatus.NeedMore;
    }
}
