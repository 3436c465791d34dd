using System.Buffers;
using System.Text.Unicode;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Puts the one JSON object together that a unary request would have got, from a recorded stream. Never throws on input.</summary>
public static class AnswerAssembler
{
    /// <summary>Assembles one answer.</summary>
    /// <param name="endpoint">The stream's endpoint.</param>
    /// <param name="events">
    /// The whole stream as it was sent: with or without comments, keepalives, side events, usage chunk; lines may end in LF, CR or CRLF.
    /// </param>
    /// <param name="output">Takes the JSON; untouched when the result is false.</param>
    /// <returns>
    /// False when the stream is no complete answer (a choice without finish reason, an error, no end), or has what one JSON object cannot express:
    /// pieces of audio, content that is no text, two tool calls under one index, invalid JSON or UTF-8, more than 64 levels or 2,048 values.
    /// </returns>
    public static bool TryAssemble(Endpoint endpoint, ReadOnlySpan<byte> events, IBufferWriter<byte> output)
    {
        if (!Utf8.IsValid(events))
            return false;
        using PooledBytes joined = new(RentedBuffers.Pool);
        ReadOnlySpan<byte> recording = AnswerEvents.JoinLines(events, joined) ? joined.Span : events;
        using PooledBytes answer = new(RentedBuffers.Pool);
        if (!TryAssemble(endpoint, recording, answer))
            return false;
        output.Write(answer.Span);
        return true;
    }

    private static bool TryAssemble(Endpoint endpoint, ReadOnlySpan<byte> recording, PooledBytes answer)
    {
        if (endpoint == Endpoint.Embeddings)
            return false;
        if (endpoint == Endpoint.Responses)
            return new ResponseAssembly(recording).TryAssemble(answer);
        using AnswerTree tree = new();
        if (endpoint == Endpoint.Messages)
            return new MessageAssembly(recording, tree).TryAssemble(answer);
        ChatAssembly assembly = new(endpoint, recording, tree);
        bool isWhole = assembly.TryAssemble(answer);
        assembly.Release();
        return isWhole;
    }
}
