namespace Gateway.Relay;

/// <summary>Who ended a request first.</summary>
internal enum CancelReason
{
    None,
    ClientClosed,
    TotalTimeout,
    Draining,
}
