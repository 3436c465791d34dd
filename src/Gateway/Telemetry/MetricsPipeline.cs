using Gateway.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gateway.Telemetry;

/// <summary>
/// Listens to <see cref="GatewayMetrics"/> and the .NET runtime's meter, aggregates in the OpenTelemetry SDK and serves the result: to scrapers through
/// <see cref="Prometheus"/>, to a collector by OTLP when one is configured. Each of the two keeps its own aggregates, so OTLP doubles what a histogram's record costs.
/// </summary>
internal sealed class MetricsPipeline : IDisposable
{
    /// <summary>The last push may take this long; an unreachable collector must not hold up a shutdown.</summary>
    private const int ShutdownMilliseconds = 2000;

    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterProvider _provider;

    internal MetricsPipeline(GatewayMetrics metrics, TelemetryOptions options, TimeSpan? otlpInterval = null)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService(options.ServiceName))
            .AddMeter(metrics.MeterName, RuntimeMeter)
            .AddView(MetricViews.Of)
            .SetExemplarFilter(ExemplarFilterType.AlwaysOff)
            .AddReader(Prometheus.Reader);
        if (options.OtlpEndpoint is { } endpoint)
            builder.AddReader(OtlpPush.CreateReader(endpoint, otlpInterval ?? OtlpPush.DefaultInterval));
        _provider = builder.Build();
    }

    internal PrometheusExporter Prometheus { get; } = new();

    /// <summary>Pushes now instead of at the next interval; false when the collector did not take it in time.</summary>
    internal bool Flush(TimeSpan timeout) => _provider.ForceFlush((int)timeout.TotalMilliseconds);

    public void Dispose()
    {
        _provider.Shutdown(ShutdownMilliseconds);
        _provider.Dispose();
    }
}
