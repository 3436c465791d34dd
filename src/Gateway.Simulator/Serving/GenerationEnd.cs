namespace Gateway.Simulator.Serving;

/// <summary>How a generation ended: exactly one per started generation.</summary>
internal enum GenerationEnd
{
    Completed,

    /// <summary>The client closed the connection first.</summary>
    Cancelled,

    /// <summary>A fault ended it.</summary>
    Failed,
}
