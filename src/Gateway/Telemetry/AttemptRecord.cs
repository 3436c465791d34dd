namespace Gateway.Telemetry;

/// <summary>One upstream attempt, for the access log and <c>gateway_upstream_attempts_total</c>.</summary>
/// <param name="Provider">Provider name of the configuration.</param>
/// <param name="Replica">Replica id, <c>provider-N</c>.</param>
/// <param name="Result"><c>ok</c>, <c>client_closed</c> or a failure's wire code.</param>
/// <param name="Elapsed">From the attempt's start to its result (streams: to first content).</param>
internal readonly record struct AttemptRecord(string Provider, string Replica, string Result, TimeSpan Elapsed);
