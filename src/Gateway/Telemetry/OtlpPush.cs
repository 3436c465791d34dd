using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// Pushes metrics to <c>telemetry.otlp-endpoint</c> from a thread of the SDK. A failed push is dropped; the next one carries the same totals, since
/// counters are cumulative. Headers and TLS files come from the standard <c>OTEL_EXPORTER_OTLP_*</c> variables.
/// </summary>
internal static class OtlpPush
{
    internal static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);

    private const int GrpcPort = 4317;
    private const string MetricsPath = "v1/metrics";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    internal static MetricReader CreateReader(Uri endpoint, TimeSpan interval)
    {
        var options = new OtlpExporterOptions
        {
            Protocol = ProtocolOf(endpoint),
            Endpoint = TargetOf(endpoint),
            TimeoutMilliseconds = (int)Timeout.TotalMilliseconds,
        };
        return new PeriodicExportingMetricReader(
            new OtlpMetricExporter(options),
            (int)interval.TotalMilliseconds,
            (int)Timeout.TotalMilliseconds);
    }

    /// <summary>gRPC on its registered port 4317 when no path is given, else http/protobuf.</summary>
    internal static OtlpExportProtocol ProtocolOf(Uri endpoint) =>
        endpoint.Port == GrpcPort && endpoint.AbsolutePath == "/" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;

    /// <summary>For http/protobuf a bare address gets the standard path; a path that is given is kept.</summary>
    internal static Uri TargetOf(Uri endpoint) =>
        ProtocolOf(endpoint) == OtlpExportProtocol.HttpProtobuf && endpoint.AbsolutePath == "/" ? new Uri(endpoint, MetricsPath) : endpoint;
}
