namespace Gateway.Load.Run;

/// <summary>Why the generator itself closed a connection.</summary>
internal enum EndReason
{
    None,
    Timeout,
    Cancelled,
    Unfinished,
}
