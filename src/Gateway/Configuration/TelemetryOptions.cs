namespace Gateway.Configuration;

/// <summary>The <c>telemetry</c> section.</summary>
internal sealed record TelemetryOptions
{
    public LogFormat Logs { get; init; } = LogFormat.Json;

    public bool AccessLog { get; init; } = true;

    /// <summary>OTLP/gRPC or HTTP endpoint that metrics are pushed to; null: none.</summary>
    public Uri? OtlpEndpoint { get; init; }

    public string ServiceName { get; init; } = "gateway";
}
