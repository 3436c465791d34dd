namespace Gateway.Streaming.Answers;

/// <summary>One event of a recorded stream.</summary>
internal readonly ref struct AnswerEvent
{
    /// <summary>Its name; empty for the default.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Its data: a range of the recording.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Where the data begins in the recording.</summary>
    public int Start { get; init; }
}
