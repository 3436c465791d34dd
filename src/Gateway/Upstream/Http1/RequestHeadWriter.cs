using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Upstream.Http1;

/// <summary>
/// Writes a request head: <see cref="Start"/>, fields, <see cref="ContentLength"/> if there is a body, <see cref="End"/>.
/// What could split the head is refused: the method returns false and nothing was written.
/// </summary>
internal readonly ref struct RequestHeadWriter(PooledBuffer output)
{
    private readonly PooledBuffer _output = output;

    /// <summary>Request line and Host.</summary>
    /// <param name="method">A token; not CONNECT.</param>
    /// <param name="pathAndQuery">Origin form, percent-encoded: starts with a slash, visible ASCII only.</param>
    /// <param name="host">Host with its port unless that is the scheme's own; IPv6 in brackets.</param>
    public bool Start(ReadOnlySpan<byte> method, ReadOnlySpan<byte> pathAndQuery, ReadOnlySpan<byte> host)
    {
        if (!HttpChars.IsToken(method) || method.SequenceEqual("CONNECT"u8) || !IsTarget(pathAndQuery) || host.IsEmpty || host.ContainsAnyExcept(HttpChars.Target))
        {
            return false;
        }
        _output.Write(method);
        _output.Write(" "u8);
        _output.Write(pathAndQuery);
        _output.Write(" HTTP/1.1\r\nHost: "u8);
        _output.Write(host);
        _output.Write("\r\n"u8);
        return true;
    }

    public bool Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!HttpChars.IsToken(name) || !HttpChars.IsValue(value))
        {
            return false;
        }
        int length = name.Length + value.Length + 4;
        Span<byte> line = _output.GetSpan(length);
        name.CopyTo(line);
        ": "u8.CopyTo(line[name.Length..]);
        value.CopyTo(line[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(line[(length - 2)..]);
        _output.Advance(length);
        return true;
    }

    /// <summary>A value as text; written as UTF-8.</summary>
    public bool Header(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        if (!HttpChars.IsToken(name))
        {
            return false;
        }
        Span<byte> line = _output.GetSpan(name.Length + Encoding.UTF8.GetMaxByteCount(value.Length) + 4);
        int start = name.Length + 2;
        int bytes = Encoding.UTF8.GetBytes(value, line[start..]);
        if (!HttpChars.IsValue(line.Slice(start, bytes)))
        {
            return false;
        }
        name.CopyTo(line);
        ": "u8.CopyTo(line[name.Length..]);
        "\r\n"u8.CopyTo(line[(start + bytes)..]);
        _output.Advance(start + bytes + 2);
        return true;
    }

    /// <param name="length">Body bytes, not negative.</param>
    public void ContentLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _output.Write("Content-Length: "u8);
        Span<byte> digits = _output.GetSpan(20);
        Utf8Formatter.TryFormat(length, digits, out int bytes);
        _output.Advance(bytes);
        _output.Write("\r\n"u8);
    }

    /// <summary>Instead of <see cref="ContentLength"/>, for a body whose length nobody knows yet.</summary>
    public void Chunked() => _output.Write("Transfer-Encoding: chunked\r\n"u8);

    public void End() => _output.Write("\r\n"u8);

    private static bool IsTarget(ReadOnlySpan<byte> target) => !target.IsEmpty && target[0] == '/' && !target.ContainsAnyExcept(HttpChars.Target);
}
