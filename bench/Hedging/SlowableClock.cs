namespace Gateway.Bench.Hedging;

/// <summary>The system's clock until <see cref="SlowDown"/>; from then on everything that is timed by it takes a multiple of its time.</summary>
internal sealed class SlowableClock : TimeProvider
{
    private volatile State _state = new(0, 0, 1);

    /// <summary>What has been waited for so far stays waited for; what is left takes <paramref name="factor"/> times as long.</summary>
    internal void SlowDown(double factor) => _state = new(System.GetTimestamp(), GetTimestamp(), factor);

    public override long GetTimestamp()
    {
        State state = _state;
        return state.Slowed + (long)((System.GetTimestamp() - state.Real) / state.Factor);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new SlowableTimer(System.CreateTimer(callback, state, Stretch(dueTime), Stretch(period)), this);

    internal TimeSpan Stretch(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time * _state.Factor;

    private sealed record State(long Real, long Slowed, double Factor);
}
