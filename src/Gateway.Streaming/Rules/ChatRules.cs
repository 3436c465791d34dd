namespace Gateway.Streaming.Rules;

/// <summary>Rules of <c>chat/completions</c> and <c>completions</c>: chunks without event names, closed by <c>data: [DONE]</c>.</summary>
internal sealed class ChatRules(int expectedChoices, bool removeUsageChunk) : StreamRules
{
    private readonly FinishedChoices _finished = new(expectedChoices);
    private ChunkTemplate _template;

    public override bool IsComplete => _finished.All;

    public override bool EndsWithDone => true;

    public override void Release() => _template.Release(Pool);

    protected override EventVerdict InspectData(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        // Side events of Dynamo (tool_call_dispatch, reasoning_dispatch, …) are for those who know them.
        if (!name.IsEmpty && !name.SequenceEqual("message"u8))
            return EventVerdict.Pass;
        if (_template.Matches(data, Shared, Pool))
            return EventVerdict.Content;
        if (Shared?.IsPlain(data) == true)
            return EventVerdict.Pass;
        if (IsDone(data))
            return EventVerdict.Done;
        return ChatChunkParser.TryParse(data, out ChatChunk chunk) ? Judge(data, chunk) : InspectOther(data);
    }

    private EventVerdict Judge(ReadOnlySpan<byte> data, in ChatChunk chunk)
    {
        if (chunk.HasError)
            return Fail(data);
        if (chunk.Finished > 0)
            _ = ChatChunkParser.TryParse(data, out _, _finished);
        if (chunk.Usage is not null)
        {
            Usage = chunk.Usage;
            if (chunk.ChoicesAreEmpty && removeUsageChunk)
                return EventVerdict.Drop;
        }

        if (!chunk.HasContent)
        {
            if (chunk is { Finished: 0, Usage: null })
                Shared?.OfferPlain(data);
            return EventVerdict.Pass;
        }

        if (chunk is { ContentStart: > 0, Finished: 0, Usage: null })
            _template.Learn(Pool, data, chunk.ContentStart, chunk.ContentLength, Shared);
        return EventVerdict.Content;
    }

    /// <summary>Some NIM errors come as <c>data: data: {…}</c>.</summary>
    private EventVerdict InspectOther(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith("data:"u8) && ChatChunkParser.TryParse(data[5..], out ChatChunk chunk) && chunk.HasError)
            return Fail(data[5..]);
        return EventVerdict.Malformed;
    }
}
