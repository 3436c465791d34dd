namespace Gateway.Streaming.Answers;

/// <content>The parts of a message or of reasoning.</content>
internal ref partial struct ResponseStream
{
    private bool TryWriteParts(in JsonMember parts, bool isSummary)
    {
        if (parts.Kind(_json) != '[')
            return true;
        JsonElements elements = new(_json, parts.Start);
        for (int index = 0; elements.TryNext(out JsonMember part); index++)
        {
            if (part.Kind(_json) != '{')
                return false;
            BeginOfPart(isSummary ? "response.reasoning_summary_part.added"u8 : "response.content_part.added"u8, isSummary, index);
            events.Blank("part"u8, _json, part.Start, Blanks.Part);
            events.End();
            WriteText(part.Start, isSummary, index);
            BeginOfPart(isSummary ? "response.reasoning_summary_part.done"u8 : "response.content_part.done"u8, isSummary, index);
            events.Value("part"u8, part.Value(_json));
            events.End();
            if (events.IsFull)
                return false;
        }

        return true;
    }

    private void BeginOfPart(ReadOnlySpan<byte> name, bool isSummary, int index)
    {
        BeginOfItem(name);
        events.Number(isSummary ? "summary_index"u8 : "content_index"u8, index);
    }

    private void WriteText(int part, bool isSummary, int index)
    {
        ResponseNames names = ResponseNames.OfPart(ResponseParts.Read(_json, part).TypeText(_json));
        if (names.Delta.IsEmpty)
            return;
        ResponseParts members = ResponseParts.Read(_json, part, names.Text);
        if (members.Text.Kind(_json) != '"')
            return;
        bool hasLogprobs = names.Delta.SequenceEqual("response.output_text.delta"u8);
        WritePieces(members, names, isSummary, index, hasLogprobs);
        WriteAnnotations(members.Annotations, isSummary, index);
        BeginOfPart(names.Done, isSummary, index);
        events.Value(names.Text, members.Text.Value(_json));
        if (hasLogprobs)
            events.Value("logprobs"u8, members.Logprobs.Kind(_json) == '[' ? members.Logprobs.Value(_json) : "[]"u8);
        events.End();
    }

    private void WritePieces(in ResponseParts members, in ResponseNames names, bool isSummary, int index, bool hasLogprobs)
    {
        ReadOnlySpan<byte> written = members.Text.Text(_json);
        bool isDealt = hasLogprobs && members.Logprobs.Kind(_json) == '[';
        LogprobTrack track = isDealt ? LogprobTrack.Of(_json, members.Logprobs) : default;
        int count = isDealt ? TextPieces.Count(written) : 0;
        TextPieces pieces = new(written);
        for (int number = 0; pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull; number++)
        {
            BeginOfPart(names.Delta, isSummary, index);
            events.Text("delta"u8, piece);
            if (isDealt)
            {
                events.Output.Append((byte)',');
                track.WriteShare(events.Output, _json, number, count);
            }
            else if (hasLogprobs)
            {
                events.Value("logprobs"u8, "[]"u8);
            }

            events.End();
        }
    }

    private void WriteAnnotations(in JsonMember annotations, bool isSummary, int index)
    {
        if (annotations.Kind(_json) != '[')
            return;
        JsonElements elements = new(_json, annotations.Start);
        for (int number = 0; elements.TryNext(out JsonMember annotation) && !events.IsFull; number++)
        {
            BeginOfPart("response.output_text.annotation.added"u8, isSummary, index);
            events.Number("annotation_index"u8, number);
            events.Value("annotation"u8, annotation.Value(_json));
            events.End();
        }
    }
}
