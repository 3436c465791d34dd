using System.Buffers;
using System.Text;
using Gateway.Streaming.Sse;
using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Rules;

/// <summary>
/// What the events of one stream mean (README, "Streams by endpoint"): what is content, when the answer is complete, where usage and errors are.
/// One object per stream; it sees every block once, in order.
/// </summary>
public abstract class StreamRules
{
    private const int MaxErrorPayload = 8 << 10;

    /// <summary>Whether every expected choice (or the terminal event) has been seen: the answer may end here.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Whether a complete stream of this endpoint ends with exactly one <c>data: [DONE]</c>, added when missing.</summary>
    public virtual bool EndsWithDone => false;

    /// <summary>Where the stream's buffers come from; tests count what is outstanding.</summary>
    internal ArrayPool<byte> Pool { get; init; } = RentedBuffers.Pool;

    /// <summary>Of all who read the same stream; null: nobody else does.</summary>
    internal SharedTemplate? Shared { get; init; }

    /// <summary>The latest usage report; null when there was none.</summary>
    public TokenUsage? Usage { get; protected set; }

    /// <summary>What the upstream said of its error, as it came (JSON or text), at most 8 KiB; null without one.</summary>
    public byte[]? ErrorPayload { get; private set; }

    /// <summary>Rules for one stream.</summary>
    /// <param name="endpoint">Endpoint that streams: anything but embeddings.</param>
    /// <param name="expectedChoices"><c>n</c>, times the number of prompts for completions.</param>
    /// <param name="removeUsageChunk">True when the gateway, not the client, asked for the usage chunk.</param>
    /// <param name="shared">Where several read the same stream: the same for all of them.</param>
    public static StreamRules For(Endpoint endpoint, int expectedChoices, bool removeUsageChunk, SharedTemplate? shared = null) => endpoint switch
    {
        Endpoint.Messages => new MessagesRules { Shared = shared },
        Endpoint.Responses => new ResponsesRules { Shared = shared },
        _ => new ChatRules(expectedChoices, removeUsageChunk) { Shared = shared },
    };

    /// <summary>Judges one block.</summary>
    public EventVerdict Inspect(in SseFrame frame)
    {
        if (frame.DataLines == 0)
            return IsErrorName(frame.Name) ? Fail(frame.Comment) : EventVerdict.Pass;
        return frame.DataLines == 1 ? InspectNamed(frame.Name, frame.Data) : InspectLines(frame);
    }

    /// <summary>Gives back what was rented.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Judges one event by its name (empty: the default) and joined data.</summary>
    protected abstract EventVerdict InspectData(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    protected internal static bool IsDone(ReadOnlySpan<byte> data) => data.Length <= 16 && data[Ascii.Trim(data)].SequenceEqual("[DONE]"u8);

    protected EventVerdict Fail(ReadOnlySpan<byte> payload)
    {
        ErrorPayload ??= payload[..Math.Min(payload.Length, MaxErrorPayload)].ToArray();
        return EventVerdict.Error;
    }

    private EventVerdict InspectNamed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data) => IsErrorName(name) ? Fail(data) : InspectData(name, data);

    private static bool IsErrorName(ReadOnlySpan<byte> name) => name.SequenceEqual("error"u8);

    /// <summary>Several data lines are rare and joined in a rented buffer; the client still gets the bytes as they came.</summary>
    private EventVerdict InspectLines(in SseFrame frame)
    {
        byte[] joined = Pool.Rent(frame.Raw.Length);
        try
        {
            return InspectNamed(frame.Name, joined.AsSpan(0, frame.JoinData(joined)));
        }
        finally
        {
            Pool.Return(joined);
        }
    }
}
