using Gateway.Load.Http;

namespace Gateway.Load.Run;

/// <summary>An exchange that the heartbeat may end.</summary>
internal sealed class Watched(LoadConnection connection, long deadline, long cancelAt)
{
    public LoadConnection Connection { get; } = connection;

    public long Deadline { get; } = deadline;

    /// <summary>When to leave on purpose; <see cref="long.MaxValue"/>: never.</summary>
    public long CancelAt { get; } = cancelAt;

    /// <summary>Its place in the list of those in flight.</summary>
    public int Index { get; set; }

    public EndReason Ended { get; set; }
}
