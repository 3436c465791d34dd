using System.Threading.Tasks.Sources;

namespace Gateway.Sockets;

/// <summary>
/// Waits for what an <see cref="EventLoop"/> tells of a socket. The loop tells of each change once (edge-triggered): a change that nobody waits for is kept for
/// the next wait, and an end for all of them, since it may have been told together with the last bytes.
/// </summary>
internal class LoopedWait : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;
    private volatile bool _hasEnded;

    /// <summary>The peer has closed its side, or the connection broke; what came before that may still be unread.</summary>
    internal bool HasEnded => _hasEnded;

    /// <summary>False: nothing has been told since the last wait.</summary>
    public bool MayHaveStirred => _hasEnded || Volatile.Read(ref _state) != Quiet;

    /// <summary>Completes when there may be something to do; the next system call tells. One waiter at a time. Never throws.</summary>
    public ValueTask StartAsync()
    {
        if (_hasEnded)
            return ValueTask.CompletedTask;
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Quiet) == Quiet)
            return new(this, _core.Version);
        // What was told before this is in the socket already, so the call that follows sees it.
        Volatile.Write(ref _state, Quiet);
        return ValueTask.CompletedTask;
    }

    /// <summary>The waiter, if there is one, goes on inside of this call.</summary>
    /// <param name="hasEnded">See <see cref="HasEnded"/>.</param>
    /// <returns>Whether someone waited.</returns>
    internal bool Tell(bool hasEnded)
    {
        if (hasEnded)
            _hasEnded = true;
        while (true)
        {
            int before = Volatile.Read(ref _state);
            int after = before == Waiting ? Quiet : Signalled;
            if (Interlocked.CompareExchange(ref _state, after, before) != before)
                continue;
            if (before != Waiting)
                return false;
            _core.SetResult(true);
            return true;
        }
    }

    /// <summary>Lets a pending wait complete, or the next one; on another thread, so any thread may call.</summary>
    internal void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>The socket is closed from this side: a pending wait completes, elsewhere, since whoever closes is in the middle of something else.</summary>
    public virtual void Close()
    {
        _core.RunContinuationsAsynchronously = true;
        Tell(hasEnded: true);
    }

    void IThreadPoolWorkItem.Execute() => Tell(hasEnded: false);

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
