namespace Gateway.Streaming.Sources;

/// <summary>
/// A response body as bytes, whoever carries it (an own HTTP/1.1 connection, a <see cref="Stream"/>).
/// Waiting holds no buffer; reading never waits. One caller at a time.
/// </summary>
public interface IByteSource
{
    /// <summary>
    /// Completes when <see cref="Read"/> may find something (bytes, the end or a fault). Never throws for a broken peer: the next read says so.
    /// At most one wait is outstanding.
    /// </summary>
    ValueTask WaitAsync();

    /// <summary>Moves the body bytes that are there into <paramref name="destination"/>; never blocks.</summary>
    /// <param name="destination">Not empty.</param>
    /// <param name="bytes">Body bytes written; above 0 exactly when the result is <see cref="ReadStatus.Data"/>.</param>
    ReadStatus Read(Span<byte> destination, out int bytes);

    /// <summary>
    /// Whether the next <see cref="Read"/> is known to be <see cref="ReadStatus.Blocked"/>: whoever asks first need not prepare memory for it. False is always right.
    /// </summary>
    bool IsDrained => false;
}
