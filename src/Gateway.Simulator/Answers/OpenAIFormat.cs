using Gateway.Simulator.Faults;

namespace Gateway.Simulator.Answers;

/// <summary>What chat and completions share: chunk envelopes with nulls, usage chunk, extensions on request, flat errors.</summary>
internal abstract class OpenAIFormat : AnswerFormat
{
    private readonly byte[] _head;
    private readonly byte[] _tail;

    protected OpenAIFormat(Answer answer, string idPrefix, ReadOnlySpan<byte> chunkObject)
        : base(answer)
    {
        using var buffer = new FrameBuffer(crlf: false);
        buffer.Append("data: {\"id\":\""u8);
        buffer.Append(answer.Identifier(idPrefix));
        buffer.Append("\",\"choices\":["u8);
        _head = buffer.Written.ToArray();
        buffer.Clear();
        buffer.Append("],"u8);
        AppendStamp(buffer);
        buffer.Append(",\"object\":\""u8);
        buffer.Append(chunkObject);
        buffer.Append("\",\"usage\":"u8);
        _tail = buffer.Written.ToArray();
    }

    public sealed override void Error(FrameBuffer frames)
    {
        frames.Append("data: {\"error\":{\"message\":\"Internal server error\",\"type\":\"internal_server_error\",\"code\":500}}"u8);
        frames.AppendFrameEnd();
    }

    public sealed override void BeginDelta(FrameBuffer frames, int choice, Channel channel)
    {
        frames.Append(_head);
        BeginChoice(frames, choice, channel);
    }

    public sealed override void EndDelta(FrameBuffer frames, int choice, Channel channel)
    {
        EndChoice(frames, choice, channel);
        EndChunk(frames, Answer.SendsUsageOnEveryChunk);
    }

    public sealed override void Finish(FrameBuffer frames)
    {
        for (int choice = 0; choice < Answer.Choices; choice++)
        {
            bool last = choice == Answer.Choices - 1;
            frames.Append(_head);
            FinishChoice(frames, choice);
            EndChunk(frames, Answer.SendsUsageOnEveryChunk || (last && Answer.Plan.Usage == UsageMode.FinishChunk), withExtensions: last);
        }

        if (Answer.SendsUsageChunk)
        {
            frames.Append(_head);
            EndChunk(frames, withUsage: true);
        }
    }

    protected abstract void BeginChoice(FrameBuffer frames, int choice, Channel channel);

    protected abstract void EndChoice(FrameBuffer frames, int choice, Channel channel);

    protected abstract void FinishChoice(FrameBuffer frames, int choice);

    protected void BeginChunk(FrameBuffer frames) => frames.Append(_head);

    protected void EndChunk(FrameBuffer frames, bool withUsage, bool withExtensions = false)
    {
        frames.Append(_tail);
        if (withUsage)
        {
            OpenAIUsage.Append(frames, Answer, Answer.CompletionTokens);
        }
        else
        {
            frames.Append("null"u8);
        }

        if (withExtensions)
        {
            AppendExtensions(frames);
        }

        frames.Append("}"u8);
        frames.AppendFrameEnd();
    }

    protected void AppendStamp(FrameBuffer frames)
    {
        frames.Append("\"created\":"u8);
        frames.Append(Answer.Created);
        frames.Append(",\"model\":\""u8);
        frames.Append(Answer.Model);
        frames.Append("\",\"service_tier\":null,\"system_fingerprint\":null"u8);
    }

    /// <summary>Worker and timing, only for requests that named them in <c>nvext.extra_fields</c>.</summary>
    protected void AppendExtensions(FrameBuffer frames)
    {
        if (!Answer.Request.WantsWorkerId && !Answer.Request.WantsTiming)
        {
            return;
        }

        frames.Append(",\"nvext\":{"u8);
        if (Answer.Request.WantsWorkerId)
        {
            frames.Append("\"worker_id\":{\"prefill_worker_id\":1,\"decode_worker_id\":1}"u8);
        }

        if (Answer.Request.WantsTiming)
        {
            frames.Append(Answer.Request.WantsWorkerId ? ",\"timing\":{\"request_received_ms\":"u8 : "\"timing\":{\"request_received_ms\":"u8);
            frames.Append(Answer.Created * 1000);
            frames.Append("}"u8);
        }

        frames.Append("}"u8);
    }
}
