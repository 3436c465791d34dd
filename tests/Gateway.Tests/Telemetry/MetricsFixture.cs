using System.Buffers;
using System.Text;
using Gateway.Configuration;
using Gateway.Telemetry;

namespace Gateway.Tests.Telemetry;

/// <summary>Metrics under a name of their own, so that tests that run at the same time do not see each other.</summary>
internal sealed class MetricsFixture : IDisposable
{
    internal MetricsFixture(TelemetryOptions? options = null)
    {
        Metrics = new GatewayMetrics($"gateway-test-{Guid.NewGuid():N}");
        Pipeline = new MetricsPipeline(Metrics, options ?? new TelemetryOptions());
    }

    internal GatewayMetrics Metrics { get; }

    internal MetricsPipeline Pipeline { get; }

    internal string Scrape(PrometheusFormat format = PrometheusFormat.Text)
    {
        var output = new ArrayBufferWriter<byte>();
        Pipeline.Prometheus.Write(output, format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public void Dispose()
    {
        Pipeline.Dispose();
        Metrics.Dispose();
    }
}
