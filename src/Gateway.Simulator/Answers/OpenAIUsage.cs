namespace Gateway.Simulator.Answers;

/// <summary>The usage object of chat and completions.</summary>
internal static class OpenAIUsage
{
    public static void Append(FrameBuffer frames, Answer answer, int completionTokens)
    {
        int prompt = answer.Request.PromptTokens;
        frames.Append("{\"prompt_tokens\":"u8);
        frames.Append(prompt);
        frames.Append(",\"completion_tokens\":"u8);
        frames.Append(completionTokens);
        frames.Append(",\"total_tokens\":"u8);
        frames.Append(prompt + completionTokens);
        frames.Append(",\"prompt_tokens_details\":{\"audio_tokens\":null,\"cached_tokens\":0},\"completion_tokens_details\":"u8);
        frames.Append("{\"accepted_prediction_tokens\":null,\"audio_tokens\":null,\"reasoning_tokens\":"u8);
        frames.Append(Math.Min(completionTokens, answer.TotalReasoningTokens));
        frames.Append(",\"rejected_prediction_tokens\":null}}"u8);
    }
}
