namespace Gateway.Sockets;

/// <summary>One socket in an <see cref="EventLoop"/>: the wait of who reads it, and of who writes more than it takes.</summary>
/// <param name="loop">Its loop.</param>
/// <param name="id">Its name there.</param>
/// <param name="ended">See <see cref="EventLoop.TryWatch"/>.</param>
internal sealed class SocketWatch(EventLoop loop, long id, Action? ended) : LoopedWait, IReadableWait
{
    private LoopedWait? _writable;

    internal long Id => id;

    /// <summary>To be asked for before the send that may find no room: only what is told from then on is kept.</summary>
    internal LoopedWait Writable => Volatile.Read(ref _writable) ?? Interlocked.CompareExchange(ref _writable, new(), null) ?? _writable;

    /// <summary>Called by the loop.</summary>
    internal void Tell(bool isWritable, bool isBroken, bool hasEnded)
    {
        // Who connects waits as a reader, so that one is told of everything.
        bool isRead = Tell(hasEnded);
        if (isWritable || isBroken)
            Volatile.Read(ref _writable)?.Tell(isBroken);
        if (hasEnded && !isRead)
            ended?.Invoke();
    }

    public override void Close()
    {
        base.Close();
        Volatile.Read(ref _writable)?.Close();
    }

    public void Dispose() => loop.Forget(this);
}
