namespace Gateway.Telemetry;

/// <summary>The text formats that <c>GET /metrics</c> answers in.</summary>
internal enum PrometheusFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics text 1.0.0.</summary>
    OpenMetrics,
}
