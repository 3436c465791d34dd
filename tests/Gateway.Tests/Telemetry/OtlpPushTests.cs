using System.Text;
using Gateway.Configuration;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;

namespace Gateway.Tests.Telemetry;

public sealed class OtlpPushTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("http://c:4317", true, "http://c:4317/")]
    [InlineData("http://c:4317/v1/metrics", false, "http://c:4317/v1/metrics")]
    [InlineData("http://c:4318", false, "http://c:4318/v1/metrics")]
    [InlineData("https://c", false, "https://c/v1/metrics")]
    [InlineData("https://c/otlp/metrics", false, "https://c/otlp/metrics")]
    public void Endpoint_PortAndPath_DecideProtocolAndTarget(string endpoint, bool grpc, string target)
    {
        Assert.Equal(grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, OtlpPush.ProtocolOf(new Uri(endpoint)));
        Assert.Equal(target, OtlpPush.TargetOf(new Uri(endpoint)).ToString());
    }

    [Fact]
    public async Task Flush_HttpReceiver_GetsMetricsAndServiceName()
    {
        var received = new TaskCompletionSource<(string Path, string? ContentType, byte[] Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.TrySetResult((context.Request.Path, context.Request.ContentType, body.ToArray()));
        });
        await receiver.StartAsync();
        using var fixture = new MetricsFixture(new TelemetryOptions { OtlpEndpoint = new Uri(receiver.Urls.First()), ServiceName = "my-gateway" });
        fixture.Metrics.RequestFinished(Outcomes.Stream());

        var flushed = await Task.Run(() => fixture.Pipeline.Flush(Timeout));

        var push = await received.Task.WaitAsync(Timeout);
        Assert.True(flushed);
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (push.Path, push.ContentType));
        Assert.True(push.Body.AsSpan().IndexOf("gateway_requests"u8) >= 0);
        Assert.True(push.Body.AsSpan().IndexOf("my-gateway"u8) >= 0);
        Assert.True(push.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Outcomes.Model)) >= 0);
    }

    [Fact]
    public void Flush_NobodyListens_DisturbsNothing()
    {
        // Port 9 (discard) on loopback: refused at once.
        using var fixture = new MetricsFixture(new TelemetryOptions { OtlpEndpoint = new Uri("http://127.0.0.1:9") });
        fixture.Metrics.RequestFinished(Outcomes.Stream());

        Assert.False(fixture.Pipeline.Flush(Timeout));

        Assert.Contains("gateway_requests_total{", fixture.Scrape(), StringComparison.Ordinal);
    }
}
