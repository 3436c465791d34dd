using System.Buffers;
using System.Text.Unicode;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Writes the stream that a streaming request would have got, from the whole answer of a unary request. Never throws on input.</summary>
public static class AnswerStreamer
{
    /// <summary>
    /// Longest stream, in bytes: every piece of text repeats what all chunks have, so that a hostile answer with a long id would otherwise grow
    /// without limit.
    /// </summary>
    public const int MaxStream = 64 << 20;

    /// <summary>Streams one answer.</summary>
    /// <param name="endpoint">The answer's endpoint.</param>
    /// <param name="json">The whole answer.</param>
    /// <param name="output">
    /// Takes the events: content in pieces of about 48 bytes; chat and completions always have a usage chunk where the answer has usage, and end
    /// with <c>[DONE]</c>. Untouched when the result is false.
    /// </param>
    /// <returns>
    /// False when it is no complete answer (an error, a choice without finish reason, a response that is not completed or incomplete), or has what no
    /// stream can express: audio, content that is no text, invalid JSON or UTF-8, more than 64 levels, a stream over <see cref="MaxStream"/>.
    /// </returns>
    public static bool TryStream(Endpoint endpoint, ReadOnlySpan<byte> json, IBufferWriter<byte> output) => TryStream(endpoint, json, output, MaxStream);

    internal static bool TryStream(Endpoint endpoint, ReadOnlySpan<byte> json, IBufferWriter<byte> output, int maxStream)
    {
        if (!Utf8.IsValid(json))
            return false;
        using PooledBytes line = new(RentedBuffers.Pool);
        ReadOnlySpan<byte> answer = IsOneLine(json) ? json : Join(json, line);
        if (!JsonSpace.TryFindObject(answer, out int start))
            return false;
        using PooledBytes events = new(RentedBuffers.Pool);
        if (!TryWrite(endpoint, answer, start, new(events, maxStream)) || events.Length > maxStream)
            return false;
        output.Write(events.Span);
        return true;
    }

    private static bool TryWrite(Endpoint endpoint, ReadOnlySpan<byte> json, int start, BoundedEvents events)
    {
        switch (endpoint)
        {
            case Endpoint.ChatCompletions or Endpoint.Completions:
                using (PooledBytes head = new(RentedBuffers.Pool), extras = new(RentedBuffers.Pool), message = new(RentedBuffers.Pool))
                    return new ChatStream(endpoint, json, events, new(head, extras, message)).TryWrite(start);
            case Endpoint.Messages:
                return new MessageStream(json, events).TryWrite(start);
            case Endpoint.Responses:
                return new ResponseStream(json, events).TryWrite(start);
            default:
                return false;
        }
    }

    private static bool IsOneLine(ReadOnlySpan<byte> json) => json.IndexOfAny((byte)'\n', (byte)'\r') < 0;

    /// <summary>A data line cannot hold a line end; in valid JSON it is white space between tokens.</summary>
    private static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> json, PooledBytes line)
    {
        for (int end = json.IndexOfAny((byte)'\n', (byte)'\r'); end >= 0; end = json.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            line.Append(json[..end]);
            line.Append((byte)' ');
            json = json[(end + 1)..];
        }

        line.Append(json);
        return line.Span;
    }
}
