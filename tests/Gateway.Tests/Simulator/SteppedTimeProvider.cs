using System.Threading.Channels;

namespace Gateway.Tests.Simulator;

/// <summary>Time that moves only when told, and says when somebody waits for it.</summary>
internal sealed class SteppedTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<SteppedTimer> _timers = [];
    private readonly Channel<SteppedTimer> _armed = Channel.CreateUnbounded<SteppedTimer>();
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns once a timer is armed that was not waited for before.</summary>
    public async Task WaitForTimerAsync() => await _armed.Reader.ReadAsync(Replica.Timeout);

    public void Advance(TimeSpan by)
    {
        long now = Interlocked.Add(ref _now, by.Ticks);
        List<SteppedTimer> due;
        lock (_lock)
        {
            due = _timers.FindAll(timer => timer.Due <= now);
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(static timer => timer.Fire());
    }

    internal void Arm(SteppedTimer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime >= TimeSpan.Zero)
            {
                timer.Due = GetTimestamp() + dueTime.Ticks;
                _timers.Add(timer);
                _armed.Writer.TryWrite(timer);
            }
        }
    }
}
