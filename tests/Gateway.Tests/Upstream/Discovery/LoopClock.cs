using System.Runtime.CompilerServices;
using TestKit.Sockets;

namespace Gateway.Tests.Upstream.Discovery;

/// <summary>A clock that the test moves, and that tells when a loop has gone to sleep on it.</summary>
internal sealed class LoopClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<LoopTimer> _timers = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        LoopTimer timer = new(this, () => callback(state));
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when something waits for exactly that long from now.</summary>
    internal async Task SleepsAsync(TimeSpan wait, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_timers.Any(timer => timer.Due == _now + wait.Ticks))
                    return;
                changed = _changed.Task;
            }

            await changed.OrFail($"nothing waits for {wait}", file, line);
        }
    }

    internal void Advance(TimeSpan by)
    {
        LoopTimer[] due;
        lock (_lock)
        {
            _now += by.Ticks;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
        }

        foreach (LoopTimer timer in due)
            timer.Fire();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class LoopTimer(LoopClock clock, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        internal long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._now + dueTime.Ticks;
                clock._changed.SetResult();
                clock._changed = NewSignal();
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            Change(_period, _period);
            fire();
        }
    }
}
