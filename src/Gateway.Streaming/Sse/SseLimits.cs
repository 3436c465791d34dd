namespace Gateway.Streaming.Sse;

/// <summary>Bounds of one stream, in bytes.</summary>
/// <param name="MaxLine">Longest line, without its terminator.</param>
/// <param name="MaxEvent">Longest block, its blank line included (of a CRLF only the CR counts).</param>
public readonly record struct SseLimits(int MaxLine, int MaxEvent)
{
    /// <summary>1 MiB each.</summary>
    public static readonly SseLimits Default = new(1 << 20, 1 << 20);
}
