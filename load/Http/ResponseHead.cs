using System.Buffers.Text;
using System.Text;

namespace Gateway.Load.Http;

/// <summary>The part of a response head that decides how its body is read.</summary>
/// <param name="Status">Of the status line.</param>
/// <param name="Length">Content-Length, −1 without one.</param>
/// <param name="IsChunked">Transfer-Encoding ends in chunked.</param>
/// <param name="KeepsAlive">The connection may be used again.</param>
/// <param name="IsEventStream">text/event-stream.</param>
internal readonly record struct ResponseHead(int Status, long Length, bool IsChunked, bool KeepsAlive, bool IsEventStream)
{
    /// <summary>Neither length nor chunks: the body ends with the connection.</summary>
    public bool EndsWithConnection => !IsChunked && Length < 0;

    /// <param name="head">All lines, the empty one not included.</param>
    /// <param name="result">The head.</param>
    /// <returns>False: this is no HTTP/1.x response.</returns>
    public static bool TryParse(ReadOnlySpan<byte> head, out ResponseHead result)
    {
        result = default;
        int lineEnd = LineEnd(head);
        ReadOnlySpan<byte> line = head[..lineEnd];
        if (!line.StartsWith("HTTP/1."u8) || line.Length < 12 || !Utf8Parser.TryParse(line[9..12], out int status, out int digits) || digits != 3)
            return false;
        result = new ResponseHead(status, status is 204 or 304 ? 0 : -1, false, line[7] == (byte)'1', false);
        while (lineEnd < head.Length)
        {
            head = head[(lineEnd + 1)..];
            lineEnd = LineEnd(head);
            int colon = head[..lineEnd].IndexOf((byte)':');
            if (colon > 0 && !result.TryField(head[..colon], head[(colon + 1)..lineEnd].Trim(" \t\r"u8), out result))
                return false;
        }

        return true;
    }

    private static int LineEnd(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') is var end && end < 0 ? bytes.Length : end;

    private bool TryField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out ResponseHead result)
    {
        result = this;
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            if (!Utf8Parser.TryParse(value, out long length, out int read) || read != value.Length || length < 0)
                return false;
            result = this with { Length = length };
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            result = this with { IsChunked = value.Length >= 7 && Ascii.EqualsIgnoreCase(value[^7..], "chunked"u8) };
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            result = this with { KeepsAlive = Ascii.EqualsIgnoreCase(value, "close"u8) ? false : KeepsAlive || Ascii.EqualsIgnoreCase(value, "keep-alive"u8) };
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
        {
            ReadOnlySpan<byte> expected = "text/event-stream"u8;
            result = this with { IsEventStream = value.Length >= expected.Length && Ascii.EqualsIgnoreCase(value[..expected.Length], expected) };
        }

        return true;
    }
}
