namespace Gateway.Streaming.Answers;

/// <summary>One value of the answer that is put together.</summary>
internal struct AnswerNode
{
    public NodeKind Kind;

    /// <summary>The member's name when it is not the one in the stream.</summary>
    public byte[]? GivenName;

    /// <summary>The value of <see cref="NodeKind.Given"/>.</summary>
    public byte[]? GivenValue;

    /// <summary>Start of the member's name in the stream.</summary>
    public int NameStart;

    /// <summary>Length of the member's name in the stream.</summary>
    public int NameLength;

    /// <summary>An element's index.</summary>
    public int Index;

    /// <summary>First child, or first piece; -1 for none.</summary>
    public int First;

    /// <summary>Last piece.</summary>
    public int Last;

    /// <summary>Next child of the same parent; -1 for none.</summary>
    public int Next;

    internal readonly ReadOnlySpan<byte> Name(ReadOnlySpan<byte> source) => GivenName ?? source.Slice(NameStart, NameLength);
}
