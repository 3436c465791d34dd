namespace Gateway.Streaming.Sse;

/// <summary>One block of a server-sent event stream, up to and including its blank line. Spans point into the framer's buffer.</summary>
public readonly ref struct SseFrame
{
    /// <summary>The bytes as they came.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }

    /// <summary>Value of the first <c>data</c> line; for several lines use <see cref="JoinData"/>.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Value of the last <c>event</c> line; empty when there is none.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Text of the last comment line, without its colon.</summary>
    public ReadOnlySpan<byte> Comment { get; init; }

    /// <summary>Number of <c>data</c> lines; without one, a client dispatches nothing.</summary>
    public int DataLines { get; init; }

    /// <summary>True for the lone LF of a CRLF that was split from its CR, which already ended the block before.</summary>
    public bool EndsLastBlock { get; init; }

    /// <summary>Joins the <c>data</c> lines with LF, as the specification says.</summary>
    /// <param name="destination">At least as long as <see cref="Raw"/>.</param>
    /// <returns>Bytes written.</returns>
    public int JoinData(Span<byte> destination)
    {
        int written = 0;
        int lines = 0;
        ReadOnlySpan<byte> rest = Raw;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!SseLine.TryRead(line, out SseField field, out ReadOnlySpan<byte> value) || field != SseField.Data)
                continue;
            if (lines++ > 0)
                destination[written++] = (byte)'\n';
            value.CopyTo(destination[written..]);
            written += value.Length;
        }

        return written;
    }
}
