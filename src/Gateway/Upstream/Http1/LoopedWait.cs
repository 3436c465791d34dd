using System.Threading.Tasks.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// One socket's readiness in an <see cref="EventLoop"/>. The loop tells of each change once (edge-triggered): a change that nobody waits for is kept for the
/// next wait, and an end for all of them, since it may have been told together with the last bytes.
/// </summary>
internal sealed class LoopedWait(EventLoop loop) : IReadableWait, IValueTaskSource
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;
    private volatile bool _hasEnded;

    /// <summary>Its name in the loop.</summary>
    internal long Id { get; set; }

    public bool MayHaveStirred => _hasEnded || Volatile.Read(ref _state) != Quiet;

    public ValueTask StartAsync()
    {
        if (_hasEnded)
            return ValueTask.CompletedTask;
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Quiet) == Quiet)
            return new(this, _core.Version);
        // What was told before this is in the socket already, so the read that follows sees it.
        Volatile.Write(ref _state, Quiet);
        return ValueTask.CompletedTask;
    }

    /// <summary>Called by the loop; the waiter goes on inside of this call.</summary>
    /// <param name="hasEnded">The peer has closed its side, or the connection broke.</param>
    internal void Tell(bool hasEnded)
    {
        if (hasEnded)
            _hasEnded = true;
        while (true)
        {
            int before = Volatile.Read(ref _state);
            int after = before == Waiting ? Quiet : Signalled;
            if (Interlocked.CompareExchange(ref _state, after, before) != before)
                continue;
            if (before == Waiting)
                _core.SetResult(true);
            return;
        }
    }

    public void Close()
    {
        // Whoever closes is in the middle of something else.
        _core.RunContinuationsAsynchronously = true;
        Tell(hasEnded: true);
    }

    public void Dispose() => loop.Forget(this);

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
