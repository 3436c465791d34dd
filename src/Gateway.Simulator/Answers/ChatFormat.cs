using System.Text;

namespace Gateway.Simulator.Answers;

/// <summary><c>/v1/chat/completions</c>.</summary>
internal sealed class ChatFormat(Answer answer) : OpenAIFormat(answer, "chatcmpl-", "chat.completion.chunk"u8)
{
    private readonly byte[] _finishReason = Encoding.ASCII.GetBytes(answer.FinishReason);

    public override void Start(FrameBuffer frames)
    {
        for (int choice = 0; choice < Answer.Choices; choice++)
        {
            Chunk(frames, choice, "\"role\":\"assistant\""u8);
            if (Answer.UsesTool)
            {
                BeginChunk(frames);
                BeginIndex(frames, choice);
                frames.Append("\"tool_calls\":[{\"index\":0,\"id\":\""u8);
                frames.Append(CallId(choice));
                frames.Append("\",\"type\":\"function\",\"function\":{\"name\":\""u8);
                frames.Append(ToolName());
                frames.Append("\",\"arguments\":\"\"}}]"u8);
                EndIndex(frames);
                EndChunk(frames, withUsage: false);
            }
        }
    }

    public override void Unary(FrameBuffer frames)
    {
        frames.Append("{\"id\":\""u8);
        frames.Append(Answer.Identifier("chatcmpl-"));
        frames.Append("\",\"choices\":["u8);
        for (int choice = 0; choice < Answer.Choices; choice++)
        {
            frames.Append(choice == 0 ? "{\"index\":"u8 : ",{\"index\":"u8);
            frames.Append(choice);
            frames.Append(",\"message\":{"u8);
            AppendMessage(frames, choice);
            frames.Append("},\"finish_reason\":\""u8);
            frames.Append(_finishReason);
            frames.Append("\",\"logprobs\":null}"u8);
        }

        frames.Append("],"u8);
        AppendStamp(frames);
        frames.Append(",\"object\":\"chat.completion\",\"usage\":"u8);
        OpenAIUsage.Append(frames, Answer, Answer.TotalCompletionTokens);
        AppendExtensions(frames);
        frames.Append("}"u8);
    }

    protected override void BeginChoice(FrameBuffer frames, int choice, Channel channel)
    {
        BeginIndex(frames, choice);
        frames.Append(channel switch
        {
            Channel.Reasoning => "\"reasoning_content\":\""u8,
            Channel.Arguments => "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\""u8,
            _ => "\"content\":\""u8,
        });
    }

    protected override void EndChoice(FrameBuffer frames, int choice, Channel channel)
    {
        frames.Append(channel == Channel.Arguments ? "\"}}]"u8 : "\""u8);
        EndIndex(frames);
    }

    protected override void FinishChoice(FrameBuffer frames, int choice)
    {
        BeginIndex(frames, choice);
        frames.Append("},\"finish_reason\":\""u8);
        frames.Append(_finishReason);
        frames.Append("\",\"logprobs\":null}"u8);
    }

    private static void BeginIndex(FrameBuffer frames, int choice)
    {
        frames.Append("{\"index\":"u8);
        frames.Append(choice);
        frames.Append(",\"delta\":{"u8);
    }

    private static void EndIndex(FrameBuffer frames) => frames.Append("},\"finish_reason\":null,\"logprobs\":null}"u8);

    private void Chunk(FrameBuffer frames, int choice, ReadOnlySpan<byte> delta)
    {
        BeginChunk(frames);
        BeginIndex(frames, choice);
        frames.Append(delta);
        EndIndex(frames);
        EndChunk(frames, withUsage: false);
    }

    private void AppendMessage(FrameBuffer frames, int choice)
    {
        if (Answer.UsesTool)
        {
            frames.Append("\"content\":null,\"tool_calls\":[{\"id\":\""u8);
            frames.Append(CallId(choice));
            frames.Append("\",\"type\":\"function\",\"function\":{\"name\":\""u8);
            frames.Append(ToolName());
            frames.Append("\",\"arguments\":\""u8);
            Answer.AppendAll(frames, choice, Channel.Arguments);
            frames.Append("\"}}],\"role\":\"assistant\""u8);
        }
        else
        {
            frames.Append("\"content\":\""u8);
            Answer.AppendAll(frames, choice, Channel.Content);
            frames.Append("\",\"role\":\"assistant\""u8);
        }

        if (Answer.ReasoningTokens > 0)
        {
            frames.Append(",\"reasoning_content\":\""u8);
            Answer.AppendAll(frames, choice, Channel.Reasoning);
            frames.Append("\""u8);
        }
    }

    private byte[] CallId(int choice) => Answer.Identifier($"call-{choice}-");

    private byte[] ToolName() => JsonText.Escape(Answer.Request.ToolName ?? "get_weather");
}
