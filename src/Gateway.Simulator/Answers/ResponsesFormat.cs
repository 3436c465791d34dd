namespace Gateway.Simulator.Answers;

/// <summary><c>/v1/responses</c>: named events with sequence numbers, one output item per channel, and Dynamo's own <c>[DONE]</c> at the end.</summary>
internal sealed class ResponsesFormat(Answer answer) : AnswerFormat(answer)
{
    private int _sequence;
    private int _item = -1;
    private Channel _open;

    public override void Start(FrameBuffer frames)
    {
        ResponseEvent(frames, "response.created"u8, "in_progress"u8, 0);
        ResponseEvent(frames, "response.in_progress"u8, "in_progress"u8, 0);
    }

    public override void BeginDelta(FrameBuffer frames, int choice, Channel channel)
    {
        if (_item < 0 || _open != channel)
        {
            CloseItem(frames);
            OpenItem(frames, channel);
        }

        ItemEvent(frames, channel switch
        {
            Channel.Reasoning => "response.reasoning_text.delta"u8,
            Channel.Arguments => "response.function_call_arguments.delta"u8,
            _ => "response.output_text.delta"u8,
        });
        frames.Append(",\"delta\":\""u8);
    }

    public override void EndDelta(FrameBuffer frames, int choice, Channel channel)
    {
        frames.Append(channel == Channel.Content ? "\",\"logprobs\":[]}"u8 : "\"}"u8);
        frames.AppendFrameEnd();
    }

    public override void Finish(FrameBuffer frames)
    {
        CloseItem(frames);
        bool whole = Answer.FinishReason != "length";
        ResponseEvent(frames, whole ? "response.completed"u8 : "response.incomplete"u8, Status(), Answer.CompletionTokens);
    }

    public override void Error(FrameBuffer frames)
    {
        BeginEvent(frames, "error"u8);
        frames.Append(",\"code\":\"server_error\",\"message\":\"Internal server error\",\"param\":null}"u8);
        frames.AppendFrameEnd();
    }

    public override void Unary(FrameBuffer frames) => AppendResponse(frames, Status(), Answer.TotalCompletionTokens);

    private void BeginEvent(FrameBuffer frames, ReadOnlySpan<byte> name)
    {
        frames.Append("event: "u8);
        frames.Append(name);
        frames.AppendLineEnd();
        frames.Append("data: {\"type\":\""u8);
        frames.Append(name);
        frames.Append("\",\"sequence_number\":"u8);
        frames.Append(_sequence++);
    }

    private void ResponseEvent(FrameBuffer frames, ReadOnlySpan<byte> name, ReadOnlySpan<byte> status, int tokens)
    {
        BeginEvent(frames, name);
        frames.Append(",\"response\":"u8);
        AppendResponse(frames, status, tokens);
        frames.Append("}"u8);
        frames.AppendFrameEnd();
    }

    private void ItemEvent(FrameBuffer frames, ReadOnlySpan<byte> name)
    {
        BeginEvent(frames, name);
        frames.Append(",\"output_index\":"u8);
        frames.Append(_item);
        frames.Append(",\"content_index\":0,\"item_id\":\""u8);
        AppendItemId(frames);
        frames.Append("\""u8);
    }

    private void OpenItem(FrameBuffer frames, Channel channel)
    {
        _item++;
        _open = channel;
        OutputItemEvent(frames, "response.output_item.added"u8, complete: false);
        if (channel == Channel.Content)
        {
            ItemEvent(frames, "response.content_part.added"u8);
            frames.Append(",\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}}"u8);
            frames.AppendFrameEnd();
        }
    }

    private void CloseItem(FrameBuffer frames)
    {
        if (_item < 0)
        {
            return;
        }

        if (_open == Channel.Content)
        {
            ItemEvent(frames, "response.output_text.done"u8);
            frames.Append(",\"text\":\""u8);
            Answer.AppendAll(frames, 0, _open);
            frames.Append("\",\"logprobs\":[]}"u8);
            frames.AppendFrameEnd();
            ItemEvent(frames, "response.content_part.done"u8);
            frames.Append(",\"part\":{\"type\":\"output_text\",\"text\":\""u8);
            Answer.AppendAll(frames, 0, _open);
            frames.Append("\",\"annotations\":[]}}"u8);
            frames.AppendFrameEnd();
        }

        OutputItemEvent(frames, "response.output_item.done"u8, complete: true);
    }

    private void OutputItemEvent(FrameBuffer frames, ReadOnlySpan<byte> name, bool complete)
    {
        BeginEvent(frames, name);
        frames.Append(",\"output_index\":"u8);
        frames.Append(_item);
        frames.Append(",\"item\":"u8);
        AppendItem(frames, _item, _open, complete);
        frames.Append("}"u8);
        frames.AppendFrameEnd();
    }

    private void AppendItem(FrameBuffer frames, int index, Channel channel, bool complete)
    {
        frames.Append("{\"id\":\""u8);
        AppendItemId(frames, index);
        frames.Append(complete ? "\",\"status\":\"completed\","u8 : "\",\"status\":\"in_progress\","u8);
        switch (channel)
        {
            case Channel.Reasoning:
                frames.Append("\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\",\"text\":\""u8);
                AppendText(frames, channel, complete);
                frames.Append("\"}]}"u8);
                break;
            case Channel.Arguments:
                frames.Append("\"type\":\"function_call\",\"call_id\":\""u8);
                frames.Append(Answer.Identifier("call-"));
                frames.Append("\",\"name\":\""u8);
                frames.Append(JsonText.Escape(Answer.Request.ToolName ?? "get_weather"));
                frames.Append("\",\"arguments\":\""u8);
                AppendText(frames, channel, complete);
                frames.Append("\"}"u8);
                break;
            default:
                frames.Append("\"type\":\"message\",\"role\":\"assistant\",\"content\":["u8);
                if (complete)
                {
                    frames.Append("{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\""u8);
                    AppendText(frames, channel, complete);
                    frames.Append("\"}"u8);
                }

                frames.Append("]}"u8);
                break;
        }
    }

    private void AppendText(FrameBuffer frames, Channel channel, bool complete)
    {
        if (complete)
        {
            Answer.AppendAll(frames, 0, channel);
        }
    }

    private void AppendItemId(FrameBuffer frames, int? index = null)
    {
        frames.Append(Answer.Identifier("item_"));
        frames.Append("_"u8);
        frames.Append(index ?? _item);
    }

    private void AppendResponse(FrameBuffer frames, ReadOnlySpan<byte> status, int tokens)
    {
        bool complete = tokens > 0;
        frames.Append("{\"id\":\""u8);
        frames.Append(Answer.Identifier("resp_"));
        frames.Append("\",\"object\":\"response\",\"created_at\":"u8);
        frames.Append(Answer.Created);
        frames.Append(",\"status\":\""u8);
        frames.Append(status);
        frames.Append("\",\"error\":null,\"incomplete_details\":"u8);
        frames.Append(complete && Answer.FinishReason == "length" ? "{\"reason\":\"max_output_tokens\"}"u8 : "null"u8);
        frames.Append(",\"instructions\":null,\"max_output_tokens\":null,\"metadata\":{},\"model\":\""u8);
        frames.Append(Answer.Model);
        frames.Append("\",\"parallel_tool_calls\":true,\"previous_response_id\":null,\"store\":false,\"temperature\":1.0,\"top_p\":1.0,\"tool_choice\":\"auto\",\"tools\":[],\"output\":["u8);
        if (complete)
        {
            AppendOutput(frames);
        }

        frames.Append("],\"usage\":"u8);
        AppendUsage(frames, tokens);
        frames.Append("}"u8);
    }

    private void AppendOutput(FrameBuffer frames)
    {
        int index = 0;
        if (Answer.ReasoningTokens > 0)
        {
            AppendItem(frames, index++, Channel.Reasoning, complete: true);
            frames.Append(","u8);
        }

        AppendItem(frames, index, Answer.UsesTool ? Channel.Arguments : Channel.Content, complete: true);
    }

    private void AppendUsage(FrameBuffer frames, int tokens)
    {
        if (tokens == 0)
        {
            frames.Append("null"u8);
            return;
        }

        frames.Append("{\"input_tokens\":"u8);
        frames.Append(Answer.Request.PromptTokens);
        frames.Append(",\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":"u8);
        frames.Append(tokens);
        frames.Append(",\"output_tokens_details\":{\"reasoning_tokens\":"u8);
        frames.Append(Answer.TotalReasoningTokens);
        frames.Append("},\"total_tokens\":"u8);
        frames.Append(Answer.Request.PromptTokens + tokens);
        frames.Append("}"u8);
    }

    private ReadOnlySpan<byte> Status() => Answer.FinishReason == "length" ? "incomplete"u8 : "completed"u8;
}
