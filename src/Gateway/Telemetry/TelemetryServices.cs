using Gateway.Configuration;

namespace Gateway.Telemetry;

/// <summary>Metrics, their exporters and the access log.</summary>
internal static class TelemetryServices
{
    /// <summary>
    /// Adds <see cref="GatewayMetrics"/>, <see cref="MetricsPipeline"/>, <see cref="PrometheusExporter"/> and <see cref="AccessLog"/> as singletons;
    /// needs a <see cref="TimeProvider"/>. The pipeline listens from the first time it is asked for: ask at start.
    /// </summary>
    internal static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options) => services
        .AddSingleton(_ => new GatewayMetrics())
        .AddSingleton(provider => new MetricsPipeline(provider.GetRequiredService<GatewayMetrics>(), options))
        .AddSingleton(provider => provider.GetRequiredService<MetricsPipeline>().Prometheus)
        .AddSingleton(provider => new AccessLog(
            options.AccessLog ? Console.OpenStandardOutput() : null,
            provider.GetRequiredService<GatewayMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AccessLog>>()));
}
