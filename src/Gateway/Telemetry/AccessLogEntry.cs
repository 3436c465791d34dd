namespace Gateway.Telemetry;

/// <summary>A request waiting to be written to the access log.</summary>
internal readonly record struct AccessLogEntry(DateTimeOffset Time, RequestOutcome Outcome);
