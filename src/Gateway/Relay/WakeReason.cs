namespace Gateway.Relay;

/// <summary>Why a stream's loop goes on.</summary>
[Flags]
internal enum WakeReason
{
    None = 0,

    /// <summary>The upstream may have something to read, or the send is over.</summary>
    Upstream = 1,

    /// <summary>The client took what was flushed.</summary>
    Flushed = 2,

    /// <summary>A deadline may be due.</summary>
    Tick = 4,
}
