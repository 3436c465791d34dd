using System.Runtime.CompilerServices;
using TestKit.Sockets;

namespace TestKit.Clocks;

/// <summary>A clock that the test moves; timers fire inside of <see cref="Advance"/>. It tells what waits on it.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Timers that are set to fire.</summary>
    public int Armed
    {
        get
        {
            lock (_lock)
                return _timers.Count(timer => timer.Due != long.MaxValue);
        }
    }

    /// <summary>Completes when something waits for exactly that long from now.</summary>
    public async Task SleepsAsync(TimeSpan wait, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
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

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += by.Ticks;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
        }

        foreach (ManualTimer timer in due)
            timer.Fire();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTimeProvider clock, Action fire) : ITimer
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
