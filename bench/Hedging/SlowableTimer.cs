namespace Gateway.Bench.Hedging;

/// <summary>A timer of a <see cref="SlowableClock"/>. One that was armed before the clock slowed down fires early; the simulator arms it again for the rest.</summary>
internal sealed class SlowableTimer(ITimer timer, SlowableClock clock) : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Stretch(dueTime), clock.Stretch(period));

    public void Dispose() => timer.Dispose();

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
