using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// A connected byte pipe to an upstream; its <see cref="IByteSource"/> side is what the peer sends (<see cref="ReadStatus.End"/> is its FIN).
/// <see cref="Abort"/> may be called by any thread at any time, everything else by one owner.
/// </summary>
internal interface IUpstreamTransport : IByteSource, IDisposable
{
    /// <summary>Writes all of <paramref name="data"/>, which is no longer read once the task has completed, however it did.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The peer is gone.</exception>
    /// <exception cref="ObjectDisposedException">Aborted.</exception>
    /// <exception cref="OperationCanceledException">Cancelled through <paramref name="cancellationToken"/>; an unknown part was sent.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Whether something has been noticed on an idle connection, bytes or its end; what has only just arrived may not have been.</summary>
    bool HasStirred { get; }

    /// <summary>True when nothing has arrived on an idle connection: neither bytes nor its end. One system call, never blocks.</summary>
    bool IsQuiet();

    /// <summary>Closes at once with a reset, so that the peer stops working; a pending wait or send completes.</summary>
    void Abort();
}
