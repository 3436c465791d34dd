using System.Threading.Tasks.Sources;

namespace Gateway.Simulator.Serving;

/// <summary>
/// Waits for moments of one stream, measured from its start so that lateness never adds up, or for its client to leave. One timer per
/// stream, re-armed: no allocation per chunk. Used by one waiter at a time.
/// </summary>
internal sealed class Pacer : IValueTaskSource, IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenRegistration _registration;
    private ITimer? _timer;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _waiting;

    public Pacer(TimeProvider time, CancellationToken aborted)
    {
        _time = time;
        _start = time.GetTimestamp();
        _aborted = aborted;
        _registration = aborted.UnsafeRegister(static state => ((Pacer)state!).Wake(), this);
    }

    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Completes at <paramref name="due"/> after the start, with false as soon as the client has left.</summary>
    public async ValueTask<bool> WaitUntilAsync(TimeSpan due)
    {
        while (!_aborted.IsCancellationRequested)
        {
            TimeSpan left = due - Elapsed;
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            // Timers count whole milliseconds and round down: without rounding up the last one would be spent re-arming.
            await ArmAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
        }

        return false;
    }

    /// <summary>Completes when the client has left.</summary>
    public async ValueTask WaitForAbortAsync()
    {
        while (!_aborted.IsCancellationRequested)
        {
            await ArmAsync(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ValueTask ArmAsync(TimeSpan delay)
    {
        _core.Reset();
        var wait = new ValueTask(this, _core.Version);
        Volatile.Write(ref _waiting, 1);
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static state => ((Pacer)state!).Wake(), this, delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }

        if (_aborted.IsCancellationRequested)
        {
            Wake();
        }

        return wait;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 1)
        {
            _core.SetResult(true);
        }
    }
}
