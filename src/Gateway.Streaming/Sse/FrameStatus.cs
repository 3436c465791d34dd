namespace Gateway.Streaming.Sse;

/// <summary>What the framer found at the start of its buffer.</summary>
public enum FrameStatus
{
    /// <summary>One whole block, its blank line included.</summary>
    Done,

    /// <summary>The block is not complete; nothing was consumed.</summary>
    NeedMore,

    /// <summary>A line or block is over its limit.</summary>
    TooLarge,
}
