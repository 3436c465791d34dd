using Gateway.Configuration;
using Gateway.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Telemetry;

public sealed class TelemetryServicesTests
{
    [Fact]
    public async Task AddTelemetry_Resolve_SharesOnePipeline()
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddTelemetry(new TelemetryOptions { AccessLog = false })
            .BuildServiceProvider();

        Assert.Same(services.GetRequiredService<MetricsPipeline>().Prometheus, services.GetRequiredService<PrometheusExporter>());
        Assert.Same(services.GetRequiredService<AccessLog>(), services.GetRequiredService<AccessLog>());
        Assert.Equal(GatewayMetrics.DefaultMeterName, services.GetRequiredService<GatewayMetrics>().MeterName);
    }
}
