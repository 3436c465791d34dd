namespace Gateway.Telemetry;

/// <summary>Where a request was when its client left: the <c>phase</c> label of <c>gateway_client_disconnects_total</c>.</summary>
internal enum DisconnectPhase
{
    Receiving,
    Waiting,
    Streaming,
}
