namespace Gateway.Streaming.Answers;

/// <summary>Writes a whole response as its events: numbered, each output item between its start and its end.</summary>
internal ref partial struct ResponseStream(ReadOnlySpan<byte> json, BoundedEvents events)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _sequence;

    // Of the item that is being written.
    private JsonMember _id;
    private int _item;

    internal bool TryWrite(int start)
    {
        ResponseParts response = ResponseParts.Read(_json, start);
        ReadOnlySpan<byte> status = response.Status.Kind(_json) == '"' ? response.Status.Text(_json) : default;
        bool isCompleted = status.SequenceEqual("completed"u8);
        if (!isCompleted && !status.SequenceEqual("incomplete"u8))
            return false;
        if (response.Output.Kind(_json) != '[' || response.Error.Kind(_json) is not (0 or (byte)'n'))
            return false;
        WriteStart("response.created"u8, start);
        WriteStart("response.in_progress"u8, start);
        JsonElements items = new(_json, response.Output.Start);
        for (_item = 0; items.TryNext(out JsonMember item); _item++)
        {
            if (item.Kind(_json) != '{' || !TryWriteItem(item))
                return false;
        }

        Begin(isCompleted ? "response.completed"u8 : "response.incomplete"u8);
        events.Value("response"u8, _json[start..].TrimEnd(" \t"u8));
        events.End();
        return true;
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        events.Begin(name);
        events.Number("sequence_number"u8, _sequence++);
    }

    private void WriteStart(ReadOnlySpan<byte> name, int start)
    {
        Begin(name);
        events.Blank("response"u8, _json, start, Blanks.Response);
        events.End();
    }

    private bool TryWriteItem(in JsonMember item)
    {
        ResponseParts parts = ResponseParts.Read(_json, item.Start);
        _id = parts.Id;
        ReadOnlySpan<byte> type = parts.TypeText(_json);
        ResponseNames call = ResponseNames.OfItem(type);
        bool hasParts = type.SequenceEqual("message"u8) || type.SequenceEqual("reasoning"u8);
        Begin("response.output_item.added"u8);
        events.Number("output_index"u8, _item);
        events.Blank("item"u8, _json, item.Start, hasParts || !call.Delta.IsEmpty ? Blanks.Item : Blanks.WholeItem);
        events.End();
        if (hasParts && !(TryWriteParts(parts.Summary, isSummary: true) && TryWriteParts(parts.Content, isSummary: false)))
            return false;
        if (!call.Delta.IsEmpty && !TryWriteCall(item.Start, call))
            return false;
        Begin("response.output_item.done"u8);
        events.Number("output_index"u8, _item);
        events.Value("item"u8, item.Value(_json));
        events.End();
        return !events.IsFull;
    }

    /// <summary>Begins an event of the item; everything below one names it.</summary>
    private void BeginOfItem(ReadOnlySpan<byte> name)
    {
        Begin(name);
        events.Value("item_id"u8, _id.Kind(_json) == '"' ? _id.Value(_json) : "\"\""u8);
        events.Number("output_index"u8, _item);
    }

    private bool TryWriteCall(int start, in ResponseNames names)
    {
        ResponseParts call = ResponseParts.Read(_json, start, names.Text);
        if (call.Text.Kind(_json) != '"')
            return true;
        TextPieces pieces = new(call.Text.Text(_json));
        while (pieces.TryNext(out ReadOnlySpan<byte> piece) && !events.IsFull)
        {
            BeginOfItem(names.Delta);
            events.Text("delta"u8, piece);
            events.End();
        }

        BeginOfItem(names.Done);
        if (call.Name.Kind(_json) == '"')
            events.Value("name"u8, call.Name.Value(_json));
        events.Value(names.Text, call.Text.Value(_json));
        events.End();
        return !events.IsFull;
    }
}
