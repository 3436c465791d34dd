namespace Gateway.Telemetry;

/// <summary>The log events of this folder (<see cref="LogEvents"/>).</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(LogEvents.Telemetry + 1, LogLevel.Error, "The access log cannot be written any more: standard output is closed")]
    internal static partial void AccessLogBroken(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.Telemetry + 2, LogLevel.Warning, "Access log lines were lost at shutdown: standard output did not take them in time")]
    internal static partial void AccessLogNotFlushed(ILogger logger);
}
