namespace Gateway.Telemetry;

/// <summary>How a request ended: the <c>outcome</c> label of <c>gateway_requests_total</c>.</summary>
internal enum RequestResult
{
    Ok,
    ClientError,
    ClientClosed,
    UpstreamError,
    Incomplete,
}
