using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Gateway.Relay;

/// <summary>
/// Lets one loop wait for whichever comes first (upstream, client, clock, cancellation) without a task per wait, and without giving up the
/// waits that did not come: what is watched stays watched. One waiter; anybody may signal.
/// </summary>
internal sealed class Wake : IValueTaskSource<WakeReason>
{
    private readonly Lock _gate = new();
    private readonly Action _onUpstream;
    private readonly Action _onFlushed;
    private ManualResetValueTaskSourceCore<WakeReason> _core;
    private WakeReason _signalled;
    private WakeReason _awaited;
    private ValueTaskAwaiter _upstream;
    private ValueTaskAwaiter<FlushResult> _flush;
    private bool _clientIsGone;

    internal Wake()
    {
        _onUpstream = () =>
        {
            _upstream.GetResult();
            Signal(WakeReason.Upstream);
        };
        _onFlushed = () =>
        {
            TakeFlushResult();
            Signal(WakeReason.Flushed);
        };
    }

    /// <summary>
    /// What the waiter would do about an upstream that has something, if it is the usual: run where that is told, without resuming the waiter, which costs more than a
    /// chunk does. True: done, and the upstream is watched again. False: the waiter itself has to go on. Never throws.
    /// </summary>
    internal Func<bool>? Usual { get; set; }

    /// <summary>Whether a flush found the client's connection closed.</summary>
    internal bool ClientIsGone => Volatile.Read(ref _clientIsGone);

    /// <summary>Signals <see cref="WakeReason.Upstream"/> when the wait is over. At most one such wait at a time; it never throws.</summary>
    internal void WatchUpstream(ValueTask wait)
    {
        _upstream = wait.GetAwaiter();
        if (_upstream.IsCompleted)
            _onUpstream();
        else
            _upstream.UnsafeOnCompleted(_onUpstream);
    }

    /// <summary>Signals <see cref="WakeReason.Upstream"/> when the task has ended, however it did.</summary>
    internal void WatchUpstream(Task task) => task.GetAwaiter().UnsafeOnCompleted(() => Signal(WakeReason.Upstream));

    /// <summary>Signals <see cref="WakeReason.Flushed"/> when the flush is over.</summary>
    internal void WatchFlush(ValueTask<FlushResult> flush)
    {
        _flush = flush.GetAwaiter();
        if (_flush.IsCompleted)
            _onFlushed();
        else
            _flush.UnsafeOnCompleted(_onFlushed);
    }

    internal void Signal(WakeReason reason)
    {
        WakeReason awaited;
        WakeReason taken;
        lock (_gate)
        {
            _signalled |= reason;
            awaited = _awaited;
            taken = Take(awaited);
            if (taken == WakeReason.None)
                return;
            _awaited = WakeReason.None;
        }

        // Until it is awaited again, everything signalled meanwhile is kept, so this runs alone, as the waiter would.
        while (taken == WakeReason.Upstream && Usual?.Invoke() == true)
        {
            lock (_gate)
            {
                taken = Take(awaited);
                if (taken == WakeReason.None)
                {
                    _awaited = awaited;
                    return;
                }
            }
        }

        _core.SetResult(taken);
    }

    /// <summary>Completes with the awaited reasons that were signalled since they were last taken; the others stay.</summary>
    internal ValueTask<WakeReason> WaitAsync(WakeReason reasons)
    {
        lock (_gate)
        {
            WakeReason taken = Take(reasons);
            if (taken != WakeReason.None)
                return new(taken);
            _awaited = reasons;
            _core.Reset();
            return new(this, _core.Version);
        }
    }

    WakeReason IValueTaskSource<WakeReason>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<WakeReason>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<WakeReason>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private WakeReason Take(WakeReason reasons)
    {
        WakeReason taken = _signalled & reasons;
        _signalled &= ~taken;
        return taken;
    }

    private void TakeFlushResult()
    {
        try
        {
            // Kestrel cancels the flush of a connection that is aborted; one that was closed before says completed.
            if (_flush.GetResult() is { IsCompleted: true } or { IsCanceled: true })
                Volatile.Write(ref _clientIsGone, true);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            Volatile.Write(ref _clientIsGone, true);
        }
    }
}
