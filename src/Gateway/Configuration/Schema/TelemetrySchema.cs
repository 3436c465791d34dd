using static Gateway.Configuration.Schema.SchemaNode;

namespace Gateway.Configuration.Schema;

internal static class TelemetrySchema
{
    public static SchemaNode Node { get; } = Section("telemetry", "Logs, metrics and traces.",
        Choice("logs", "Format of the process log.", "json", "json", "text"),
        Boolean("access-log", "One line per request.", "true"),
        Url("otlp-endpoint", "OTLP endpoint that metrics are pushed to; absent: none."),
        Text("service-name", "The name under which telemetry is reported.", "gateway"));
}
