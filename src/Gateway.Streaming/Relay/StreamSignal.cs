namespace Gateway.Streaming.Relay;

/// <summary>What a scan found that decides how the stream goes on.</summary>
public enum StreamSignal
{
    /// <summary>Nothing: read on.</summary>
    None,

    /// <summary><c>[DONE]</c> after a complete answer; it is among the visible bytes.</summary>
    Done,

    /// <summary><c>[DONE]</c> although some choice has no finish reason; it is not among the visible bytes.</summary>
    Incomplete,

    /// <summary>The upstream reported an error; it is not among the visible bytes.</summary>
    Error,

    /// <summary>A line or event is over its limit.</summary>
    TooLarge,

    /// <summary>A resumed answer differs from what the client has; nothing of the difference is among the visible bytes.</summary>
    Diverged,
}
