namespace Gateway.Simulator.Answers;

/// <summary><c>/v1/messages</c>: Anthropic's named events, one content block per channel, and Dynamo's own <c>[DONE]</c> at the end.</summary>
internal sealed class MessagesFormat(Answer answer) : AnswerFormat(answer)
{
    private int _block = -1;
    private Channel _open;

    public override void Start(FrameBuffer frames)
    {
        BeginEvent(frames, "message_start"u8);
        frames.Append(",\"message\":{"u8);
        AppendEnvelope(frames);
        frames.Append(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"u8);
        AppendUsage(frames, 0);
        frames.Append("}}"u8);
        frames.AppendFrameEnd();
    }

    public override void BeginDelta(FrameBuffer frames, int choice, Channel channel)
    {
        if (_block < 0 || _open != channel)
        {
            CloseBlock(frames);
            OpenBlock(frames, channel);
        }

        BeginEvent(frames, "content_block_delta"u8);
        AppendIndex(frames);
        frames.Append(channel switch
        {
            Channel.Reasoning => ",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\""u8,
            Channel.Arguments => ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\""u8,
            _ => ",\"delta\":{\"type\":\"text_delta\",\"text\":\""u8,
        });
    }

    public override void EndDelta(FrameBuffer frames, int choice, Channel channel)
    {
        frames.Append("\"}}"u8);
        frames.AppendFrameEnd();
    }

    public override void Finish(FrameBuffer frames)
    {
        CloseBlock(frames);
        BeginEvent(frames, "message_delta"u8);
        frames.Append(",\"delta\":{\"stop_reason\":\""u8);
        frames.Append(StopReason());
        frames.Append("\",\"stop_sequence\":null},\"usage\":"u8);
        AppendUsage(frames, Answer.CompletionTokens);
        frames.Append("}"u8);
        frames.AppendFrameEnd();
        BeginEvent(frames, "message_stop"u8);
        frames.Append("}"u8);
        frames.AppendFrameEnd();
    }

    public override void Error(FrameBuffer frames)
    {
        BeginEvent(frames, "error"u8);
        frames.Append(",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}"u8);
        frames.AppendFrameEnd();
    }

    public override void Unary(FrameBuffer frames)
    {
        frames.Append("{"u8);
        AppendEnvelope(frames);
        frames.Append(",\"content\":["u8);
        if (Answer.ReasoningTokens > 0)
        {
            frames.Append("{\"type\":\"thinking\",\"signature\":\"\",\"thinking\":\""u8);
            Answer.AppendAll(frames, 0, Channel.Reasoning);
            frames.Append("\"},"u8);
        }

        if (Answer.UsesTool)
        {
            frames.Append("{\"type\":\"tool_use\",\"id\":\""u8);
            AppendTool(frames);
            frames.Append("\",\"input\":"u8);
            frames.Append(System.Text.Encoding.UTF8.GetBytes(Answer.ContentText(0)));
            frames.Append("}"u8);
        }
        else
        {
            frames.Append("{\"type\":\"text\",\"text\":\""u8);
            Answer.AppendAll(frames, 0, Channel.Content);
            frames.Append("\"}"u8);
        }

        frames.Append("],\"stop_reason\":\""u8);
        frames.Append(StopReason());
        frames.Append("\",\"stop_sequence\":null,\"usage\":"u8);
        AppendUsage(frames, Answer.TotalCompletionTokens);
        frames.Append("}"u8);
    }

    private static void BeginEvent(FrameBuffer frames, ReadOnlySpan<byte> name)
    {
        frames.Append("event: "u8);
        frames.Append(name);
        frames.AppendLineEnd();
        frames.Append("data: {\"type\":\""u8);
        frames.Append(name);
        frames.Append("\""u8);
    }

    private void OpenBlock(FrameBuffer frames, Channel channel)
    {
        _block++;
        _open = channel;
        BeginEvent(frames, "content_block_start"u8);
        AppendIndex(frames);
        switch (channel)
        {
            case Channel.Reasoning:
                frames.Append(",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}"u8);
                break;
            case Channel.Arguments:
                frames.Append(",\"content_block\":{\"type\":\"tool_use\",\"id\":\""u8);
                AppendTool(frames);
                frames.Append("\",\"input\":{}}}"u8);
                break;
            default:
                frames.Append(",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"u8);
                break;
        }

        frames.AppendFrameEnd();
    }

    private void CloseBlock(FrameBuffer frames)
    {
        if (_block < 0)
        {
            return;
        }

        BeginEvent(frames, "content_block_stop"u8);
        AppendIndex(frames);
        frames.Append("}"u8);
        frames.AppendFrameEnd();
    }

    private void AppendIndex(FrameBuffer frames)
    {
        frames.Append(",\"index\":"u8);
        frames.Append(_block);
    }

    private void AppendTool(FrameBuffer frames)
    {
        frames.Append(Answer.Identifier("toolu_"));
        frames.Append("\",\"name\":\""u8);
        frames.Append(JsonText.Escape(Answer.Request.ToolName ?? "get_weather"));
    }

    private void AppendEnvelope(FrameBuffer frames)
    {
        frames.Append("\"id\":\""u8);
        frames.Append(Answer.Identifier("msg_"));
        frames.Append("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""u8);
        frames.Append(Answer.Model);
        frames.Append("\""u8);
    }

    private void AppendUsage(FrameBuffer frames, int outputTokens)
    {
        frames.Append("{\"input_tokens\":"u8);
        frames.Append(Answer.Request.PromptTokens);
        frames.Append(",\"output_tokens\":"u8);
        frames.Append(outputTokens);
        frames.Append("}"u8);
    }

    private ReadOnlySpan<byte> StopReason() => Answer.FinishReason switch
    {
        "length" => "max_tokens"u8,
        "tool_calls" => "tool_use"u8,
        _ => "end_turn"u8,
    };
}
