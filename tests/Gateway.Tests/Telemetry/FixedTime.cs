using System.Collections.Concurrent;

namespace Gateway.Tests.Telemetry;

/// <summary>A clock that stands still; its timers fire when told to.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    private readonly ConcurrentBag<Action> _timers = [];

    public override DateTimeOffset GetUtcNow() => now;

    internal void FireTimers()
    {
        foreach (var fire in _timers)
            fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add(() => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
