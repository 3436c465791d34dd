using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Writes one choice as chunks.</summary>
internal ref partial struct ChoiceStream(Endpoint endpoint, ReadOnlySpan<byte> json, BoundedEvents events, ChatScratch scratch)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private readonly PooledBytes _output = events.Output;
    private ChoiceParts _parts;
    private int _index;

    private readonly bool IsCompletion => endpoint == Endpoint.Completions;

    /// <returns>False for what no stream can express, or when the stream is full.</returns>
    internal bool TryWrite(int start, int position, bool isLast)
    {
        scratch.Message.Truncate(0);
        using PooledBytes extras = new(RentedBuffers.Pool);
        if (!TryReadChoice(start, extras) || !_parts.Finish.IsFilled(_json) || _parts.Finish.Kind(_json) != '"')
            return false;
        _index = _parts.Index.IsAbsent ? position : new AnswerMerger(_json, null!).ReadIndex(_parts.Index, position);
        LogprobShares shares = new(_json, stackalloc LogprobTrack[LogprobShares.MaxTracks]);
        if (_parts.Logprobs.Kind(_json) == '{' && !shares.TryRead(_parts.Logprobs))
            return false;
        if (!(IsCompletion ? TryWriteTexts(_parts.Text, shares) : TryWriteMessage(shares)))
            return false;
        WriteFinish(extras, isLast);
        return !events.IsFull;
    }

    private bool TryReadChoice(int start, PooledBytes extras)
    {
        JsonMembers members = new(_json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(_json);
            byte kind = member.Kind(_json);
            if (name.Contains((byte)'\\'))
                return false;
            if (name.SequenceEqual("index"u8))
                _parts.Index = member;
            else if (name.SequenceEqual("finish_reason"u8))
                _parts.Finish = member;
            else if (name.SequenceEqual("logprobs"u8) && kind == '{')
                _parts.Logprobs = member;
            else if (IsCompletion && name.SequenceEqual("text"u8))
                _parts.Text = member;
            else if (!IsCompletion && name.SequenceEqual("message"u8))
                _parts.Message = member;
            else if (name.SequenceEqual("delta"u8) || name.SequenceEqual("message"u8) || name.SequenceEqual("text"u8))
            {
                // The other endpoint's, or a chunk's.
                if (kind != 'n')
                    return false;
            }
            else
                Keep(extras, member);
        }

        return IsCompletion ? _parts.Text.Kind(_json) == '"' : _parts.Message.Kind(_json) == '{' && TryReadMessage(_parts.Message.Start);
    }

    private bool TryReadMessage(int start)
    {
        JsonMembers members = new(_json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(_json);
            byte kind = member.Kind(_json);
            int text = TextOf(name);
            if (name.Contains((byte)'\\') || (text >= 0 && kind is not ((byte)'"' or (byte)'n')) || (name.SequenceEqual("audio"u8) && kind != 'n'))
                return false;
            if (text >= 0)
                _parts.Texts[text] = member;
            else if (name.SequenceEqual("role"u8))
                _parts.Role = member;
            else if (name.SequenceEqual("tool_calls"u8) && kind == '[')
                _parts.Calls = member;
            else if (name.SequenceEqual("function_call"u8) && kind == '{')
                _parts.FunctionCall = member;
            else
                Keep(scratch.Message, member);
        }

        return true;
    }

    private static int TextOf(ReadOnlySpan<byte> name)
    {
        int text = ChoiceParts.MessageTexts.Count - 1;
        while (text >= 0 && !name.SequenceEqual(ChoiceParts.MessageTexts.Name(text)))
            text--;
        return text;
    }

    private readonly void Keep(PooledBytes to, in JsonMember member)
    {
        to.Append((byte)',');
        BlankObject.WriteName(to, member.Name(_json));
        to.Append(member.Value(_json));
    }

    /// <summary>Begins a chunk, up to the members of its delta.</summary>
    private readonly void Begin()
    {
        _output.Append(scratch.Head.Span);
        _output.Append("{\"index\":"u8);
        _output.AppendNumber(_index);
        _output.Append(IsCompletion ? ","u8 : ",\"delta\":{"u8);
    }

    private readonly void EndDelta()
    {
        if (!IsCompletion)
            _output.Append((byte)'}');
    }

    private readonly void End()
    {
        _output.Append(",\"finish_reason\":null}]"u8);
        events.End();
    }

    private readonly void WriteFinish(PooledBytes extras, bool isLast)
    {
        Begin();
        if (IsCompletion)
            _output.Append("\"text\":\"\""u8);
        else if (scratch.Message.Length > 0)
            _output.Append(scratch.Message.Span[1..]);
        EndDelta();
        _output.Append(extras.Span);
        events.Value("finish_reason"u8, _parts.Finish.Value(_json));
        _output.Append("}]"u8);
        if (isLast)
            _output.Append(scratch.Extras.Span);
        events.End();
    }
}
