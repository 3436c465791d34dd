namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>The date stands still, timers run: two answers of a simulator with this clock have the same <c>created</c>.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private static readonly DateTimeOffset Date = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Date;
}
