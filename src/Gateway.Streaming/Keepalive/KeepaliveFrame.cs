using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gateway.Streaming.Keepalive;

/// <summary>The keepalive frame of one stream: built once, then written as often as needed, always as a whole block.</summary>
public sealed class KeepaliveFrame
{
    private static readonly byte[] CommentFrame = ": keepalive\n\n"u8.ToArray();
    private static readonly byte[] PingFrame = "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8.ToArray();

    private readonly byte[] _bytes;

    private KeepaliveFrame(byte[] bytes) => _bytes = bytes;

    /// <summary><c>: keepalive</c>, for every endpoint.</summary>
    public static KeepaliveFrame Comment { get; } = new(CommentFrame);

    /// <summary>
    /// The frame that the endpoint's clients understand: an empty delta (chat), an empty text (completions), a ping (messages), else a comment.
    /// Never a <c>role</c> in it.
    /// </summary>
    /// <param name="endpoint">The stream's endpoint.</param>
    /// <param name="id">16 random bytes; constant within a stream. Clients take the first frame's id as the answer's.</param>
    /// <param name="created">Unix seconds.</param>
    /// <param name="model">The model as the client asked for it, any text.</param>
    public static KeepaliveFrame For(Endpoint endpoint, UInt128 id, long created, string model) => endpoint switch
    {
        Endpoint.ChatCompletions => Chunk("chatcmpl", "chat.completion.chunk", "\"delta\":{\"content\":\"\"}", id, created, model),
        Endpoint.Completions => Chunk("cmpl", "text_completion", "\"text\":\"\"", id, created, model),
        Endpoint.Messages => new(PingFrame),
        _ => Comment,
    };

    /// <summary>Writes the whole frame.</summary>
    /// <returns>Bytes written.</returns>
    public int WriteTo(IBufferWriter<byte> writer)
    {
        writer.Write(_bytes);
        return _bytes.Length;
    }

    private static KeepaliveFrame Chunk(string prefix, string kind, string empty, UInt128 id, long created, string model)
    {
        // By way of UTF-8, which replaces lone surrogates instead of throwing.
        JsonEncodedText name = JsonEncodedText.Encode(Encoding.UTF8.GetBytes(model));
        string frame = $"data: {{\"id\":\"{prefix}-keepalive-{id:x32}\",\"object\":\"{kind}\",\"created\":{created},\"model\":\"{name}\","
            + $"\"choices\":[{{\"index\":0,{empty},\"finish_reason\":null}}]}}\n\n";
        return new(Encoding.UTF8.GetBytes(frame));
    }
}
