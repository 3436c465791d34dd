namespace Gateway.Streaming.Rules;

/// <summary>Rules of streams whose events are named, both by <c>event:</c> and by the <c>type</c> of their data.</summary>
internal abstract class TypedRules : StreamRules
{
    private ChunkTemplate _template;
    private bool _complete;

    public override bool IsComplete => _complete;

    public override void Release() => _template.Release(Pool);

    protected override EventVerdict InspectData(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (IsDone(data))
            return EventVerdict.Pass;
        if (!name.IsEmpty && !IsKnown(name))
            return EventVerdict.Pass;
        if (_template.Matches(data, Shared, Pool))
            return EventVerdict.Content;
        if (!TypedEvent.TryParse(data, Usage, out TypedEvent parsed))
            return EventVerdict.Malformed;

        ReadOnlySpan<byte> type = parsed.TypeLength == 0 ? name : data.Slice(parsed.TypeStart, parsed.TypeLength);
        if (type.SequenceEqual("error"u8) || (parsed.HasErrorShape && !IsKnown(type)))
            return Fail(data);
        Usage = parsed.Usage ?? Usage;
        _complete |= EndsAnswer(type);
        if (!IsContent(type))
            return EventVerdict.Pass;
        // Without a type of its own the event means what its name says, which the template does not see.
        if (parsed is { TypeLength: > 0, TextStart: > 0, Usage: null })
            _template.Learn(Pool, data, parsed.TextStart, parsed.TextLength, Shared);
        return EventVerdict.Content;
    }

    /// <summary>Whether an event name or type belongs to the endpoint's vocabulary; others pass unparsed.</summary>
    protected abstract bool IsKnown(ReadOnlySpan<byte> name);

    protected abstract bool IsContent(ReadOnlySpan<byte> type);

    protected abstract bool EndsAnswer(ReadOnlySpan<byte> type);
}
