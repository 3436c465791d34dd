using Gateway.Simulator.Requests;

namespace Gateway.Simulator.Answers;

/// <summary>
/// How one endpoint spells an answer. A stream is Start, then for every chunk BeginDelta, the tokens, EndDelta, then Finish and Done;
/// each appends whole frames. Unary appends the body of the answer that does not stream.
/// </summary>
internal abstract class AnswerFormat(Answer answer)
{
    protected Answer Answer { get; } = answer;

    public static AnswerFormat For(Answer answer) => answer.Request.Endpoint switch
    {
        SimulatedEndpoint.Completions => new CompletionFormat(answer),
        SimulatedEndpoint.Messages => new MessagesFormat(answer),
        SimulatedEndpoint.Responses => new ResponsesFormat(answer),
        _ => new ChatFormat(answer),
    };

    /// <summary>What is sent at once, before any token exists.</summary>
    public abstract void Start(FrameBuffer frames);

    public abstract void BeginDelta(FrameBuffer frames, int choice, Channel channel);

    public abstract void EndDelta(FrameBuffer frames, int choice, Channel channel);

    /// <summary>Finish reasons and usage.</summary>
    public abstract void Finish(FrameBuffer frames);

    public abstract void Unary(FrameBuffer frames);

    /// <summary>An error inside the stream, as releases from 1.2 on send it, without <c>[DONE]</c>.</summary>
    public abstract void Error(FrameBuffer frames);

    /// <summary>An error inside the stream as releases up to 1.1 send it: no data line at all.</summary>
    public static void ErrorEvent(FrameBuffer frames)
    {
        frames.Append("event: error"u8);
        frames.AppendLineEnd();
        frames.Append(": Internal server error"u8);
        frames.AppendFrameEnd();
    }

    public static void Comment(FrameBuffer frames)
    {
        frames.Append(":"u8);
        frames.AppendFrameEnd();
    }

    public static void Done(FrameBuffer frames)
    {
        frames.Append("data: [DONE]"u8);
        frames.AppendFrameEnd();
    }

    /// <summary>A data line that ends inside its JSON.</summary>
    public void Malformed(FrameBuffer frames)
    {
        frames.Append("data: {\"id\":\""u8);
        frames.Append(Answer.Identifier("chatcmpl-"));
        frames.Append("\",\"choices\":[{\"index\":0,\"del"u8);
        frames.AppendFrameEnd();
    }

    public void RequestIdEvent(FrameBuffer frames)
    {
        frames.Append("event: request_id"u8);
        frames.AppendLineEnd();
        frames.Append(": \""u8);
        frames.Append(Answer.Identifier(""));
        frames.Append("\""u8);
        frames.AppendFrameEnd();
    }
}
