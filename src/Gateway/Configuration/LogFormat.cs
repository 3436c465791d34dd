namespace Gateway.Configuration;

/// <summary>How the process log is written (<c>telemetry.logs</c>).</summary>
internal enum LogFormat
{
    Json,
    Text,
}
