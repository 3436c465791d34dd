using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>Writes Anthropic's message as its events.</summary>
internal readonly ref struct MessageStream(ReadOnlySpan<byte> json, BoundedEvents events)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private readonly PooledBytes _output = events.Output;

    internal bool TryWrite(int start)
    {
        if (!TryRead(start, out JsonMember content, out JsonMember reason, out JsonMember sequence, out JsonMember usage))
            return false;
        events.Begin("message_start"u8);
        events.Blank("message"u8, _json, start, Blanks.Message);
        events.End();
        JsonElements blocks = new(_json, content.Start);
        for (int index = 0; blocks.TryNext(out JsonMember block); index++)
        {
            if (block.Kind(_json) != '{' || !TryWriteBlock(block.Start, index))
                return false;
        }

        events.Begin("message_delta"u8);
        _output.Append(",\"delta\":{\"stop_reason\":"u8);
        _output.Append(reason.Value(_json));
        if (!sequence.IsAbsent)
            events.Value("stop_sequence"u8, sequence.Value(_json));
        _output.Append((byte)'}');
        if (usage.Kind(_json) == '{')
            events.Value("usage"u8, usage.Value(_json));
        events.End();
        events.Begin("message_stop"u8);
        events.End();
        return true;
    }

    private bool TryRead(int start, out JsonMember content, out JsonMember reason, out JsonMember sequence, out JsonMember usage)
    {
        content = reason = sequence = usage = default;
        JsonMembers members = new(_json, start);
        while (members.TryNext(out JsonMember member))
        {
            ReadOnlySpan<byte> name = member.Name(_json);
            if (name.Contains((byte)'\\'))
                return false;
            if (name.SequenceEqual("content"u8))
                content = member;
            else if (name.SequenceEqual("stop_reason"u8))
                reason = member;
            else if (name.SequenceEqual("stop_sequence"u8))
                sequence = member;
            else if (name.SequenceEqual("usage"u8))
                usage = member;
        }

        return content.Kind(_json) == '[' && reason.Kind(_json) == '"' && reason.IsFilled(_json);
    }

    private bool TryWriteBlock(int start, int index)
    {
        Begin("content_block_start"u8, index);
        events.Blank("content_block"u8, _json, start, Blanks.Block);
        events.End();
        JsonMembers members = new(_json, start);
        while (members.TryNext(out JsonMember member) && !events.IsFull)
        {
            if (member.Name(_json).Contains((byte)'\\'))
                return false;
            WriteDeltas(member, index);
        }

        Begin("content_block_stop"u8, index);
        events.End();
        return !events.IsFull;
    }

    private void WriteDeltas(in JsonMember member, int index)
    {
        ReadOnlySpan<byte> name = member.Name(_json);
        byte kind = member.Kind(_json);
        if (kind == '"' && name.SequenceEqual("text"u8))
            WriteTexts("text_delta"u8, name, member.Text(_json), index);
        else if (kind == '"' && name.SequenceEqual("thinking"u8))
            WriteTexts("thinking_delta"u8, name, member.Text(_json), index);
        else if (kind == '"' && name.SequenceEqual("signature"u8) && member.Length > 2)
            WriteDelta("signature_delta"u8, name, member.Value(_json), index);
        else if (kind == '{' && name.SequenceEqual("input"u8))
            WriteInput(member.Value(_json), index);
        else if (kind == '[' && name.SequenceEqual("citations"u8))
            WriteCitations(member, index);
    }

    private void WriteTexts(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> written, int index)
    {
        TextPieces pieces = new(written);
        while (pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull)
        {
            BeginDelta(type, index);
            events.Text(name, piece);
            EndDelta();
        }
    }

    /// <summary>The input is JSON that comes in pieces of a string: it is cut first, and escaped then.</summary>
    private void WriteInput(ReadOnlySpan<byte> input, int index)
    {
        TextPieces pieces = new(input);
        while (pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull)
        {
            BeginDelta("input_json_delta"u8, index);
            _output.Append(",\"partial_json\":\""u8);
            AppendEscaped(piece);
            _output.Append((byte)'"');
            EndDelta();
        }
    }

    /// <summary>Of the control characters only a tab is left in valid JSON without line ends.</summary>
    private void AppendEscaped(ReadOnlySpan<byte> piece)
    {
        for (int stop = piece.IndexOfAny("\"\\\t"u8); stop >= 0; stop = piece.IndexOfAny("\"\\\t"u8))
        {
            _output.Append(piece[..stop]);
            _output.Append((byte)'\\');
            _output.Append(piece[stop] == '\t' ? (byte)'t' : piece[stop]);
            piece = piece[(stop + 1)..];
        }

        _output.Append(piece);
    }

    private void WriteCitations(in JsonMember citations, int index)
    {
        JsonElements elements = new(_json, citations.Start);
        while (elements.TryNext(out JsonMember citation) && !events.IsFull)
            WriteDelta("citations_delta"u8, "citation"u8, citation.Value(_json), index);
    }

    private void WriteDelta(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int index)
    {
        BeginDelta(type, index);
        events.Value(name, value);
        EndDelta();
    }

    private void BeginDelta(ReadOnlySpan<byte> type, int index)
    {
        Begin("content_block_delta"u8, index);
        _output.Append(",\"delta\":{\"type\":\""u8);
        _output.Append(type);
        _output.Append((byte)'"');
    }

    private void EndDelta()
    {
        _output.Append((byte)'}');
        events.End();
    }

    private void Begin(ReadOnlySpan<byte> name, int index)
    {
        events.Begin(name);
        events.Number("index"u8, index);
    }
}
