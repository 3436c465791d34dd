namespace Gateway.Streaming.Resume;

/// <summary>One part of a chunk: a range of its data and where it belongs.</summary>
internal struct ChunkPart
{
    public PartKind Kind;

    /// <summary>Start in the chunk: of a text behind its quote, of a member at its name.</summary>
    public int Start;

    /// <summary>Length as written.</summary>
    public int Length;

    /// <summary>The choice's <c>index</c>; its position when it says none.</summary>
    public int Choice;

    /// <summary>The tool call's <c>index</c>; its position when it says none.</summary>
    public int Call;

    /// <summary>Numbers the elements of all <c>tool_calls</c> of the chunk; two may have the same index.</summary>
    public int CallElement;

    /// <summary>Bytes from the start that the client already has.</summary>
    public int Skip;

    /// <summary>What becomes of a choice.</summary>
    public ChoiceOutcome Outcome;

    internal readonly bool IsSkipped => Skip == Length;

    internal readonly ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    internal readonly ReadOnlySpan<byte> RestOf(ReadOnlySpan<byte> json) => json.Slice(Start + Skip, Length - Skip);
}
