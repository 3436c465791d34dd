namespace Gateway.Streaming.Sources;

/// <summary>What one non-blocking read of an <see cref="IByteSource"/> found.</summary>
public enum ReadStatus
{
    /// <summary>At least one byte was written to the destination.</summary>
    Data,

    /// <summary>No byte is there now: wait, then read again.</summary>
    Blocked,

    /// <summary>The body ended as its framing says it should.</summary>
    End,

    /// <summary>The body was cut (reset, early close, short Content-Length) or its framing is invalid.</summary>
    Broken,
}
