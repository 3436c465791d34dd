namespace Gateway.Simulator.Faults;

/// <summary>How a stream ends at its fault point instead of going on.</summary>
internal enum Ending
{
    None,
    Stall,
    Cut,
    Reset,
    EndOfBody,

    /// <summary>An error in the style of the simulated release.</summary>
    Error,
    ErrorData,
    ErrorEvent,
}
