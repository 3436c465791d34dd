namespace Gateway.Tests.Simulator;

/// <summary>A one-shot timer of <see cref="SteppedTimeProvider"/>.</summary>
internal sealed class SteppedTimer(SteppedTimeProvider time, Action fire) : ITimer
{
    public long Due { get; set; }

    public void Fire() => fire();

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        time.Arm(this, dueTime);
        return true;
    }

    public void Dispose() => time.Arm(this, Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
