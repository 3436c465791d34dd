using System.Text;

namespace Gateway.Simulator.Answers;

/// <summary><c>/v1/completions</c>: text only, and the chunk is named like the whole.</summary>
internal sealed class CompletionFormat(Answer answer) : OpenAIFormat(answer, "cmpl-", "text_completion"u8)
{
    private readonly byte[] _finishReason = Encoding.ASCII.GetBytes(answer.FinishReason);

    public override void Start(FrameBuffer frames)
    {
        // A completion has no role: its first frame is its first text.
    }

    public override void Unary(FrameBuffer frames)
    {
        frames.Append("{\"id\":\""u8);
        frames.Append(Answer.Identifier("cmpl-"));
        frames.Append("\",\"choices\":["u8);
        for (int choice = 0; choice < Answer.Choices; choice++)
        {
            frames.Append(choice == 0 ? "{\"text\":\""u8 : ",{\"text\":\""u8);
            Answer.AppendAll(frames, choice, Channel.Content);
            EndText(frames, choice, _finishReason);
        }

        frames.Append("],"u8);
        AppendStamp(frames);
        frames.Append(",\"object\":\"text_completion\",\"usage\":"u8);
        OpenAIUsage.Append(frames, Answer, Answer.TotalCompletionTokens);
        AppendExtensions(frames);
        frames.Append("}"u8);
    }

    protected override void BeginChoice(FrameBuffer frames, int choice, Channel channel) => frames.Append("{\"text\":\""u8);

    protected override void EndChoice(FrameBuffer frames, int choice, Channel channel) => EndText(frames, choice, []);

    protected override void FinishChoice(FrameBuffer frames, int choice)
    {
        frames.Append("{\"text\":\""u8);
        EndText(frames, choice, _finishReason);
    }

    private static void EndText(FrameBuffer frames, int choice, ReadOnlySpan<byte> finishReason)
    {
        frames.Append("\",\"index\":"u8);
        frames.Append(choice);
        if (finishReason.IsEmpty)
        {
            frames.Append(",\"logprobs\":null,\"finish_reason\":null}"u8);
            return;
        }

        frames.Append(",\"logprobs\":null,\"finish_reason\":\""u8);
        frames.Append(finishReason);
        frames.Append("\"}"u8);
    }
}
