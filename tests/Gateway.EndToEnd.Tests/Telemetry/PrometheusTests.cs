using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;

namespace Gateway.EndToEnd.Tests.Telemetry;

/// <summary>A real Prometheus (Debian's package) scrapes the running gateway and answers queries about it.</summary>
public sealed class PrometheusTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Scrape_OfTheRunningBinary_CanBeQueried()
    {
        RawAnswer answer = await RawClient.PostAsync(fixture.Gateway.Address, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: true));
        Assert.Equal(200, answer.Status);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-prometheus-");
        Uri address = FreeAddress();
        using Process prometheus = await StartAsync(folder.FullName, address);
        try
        {
            JsonElement requests = await QueryAsync(address, "gateway_requests_total{outcome=\"ok\"}");
            JsonElement latency = await QueryAsync(address, "histogram_quantile(0.5, gateway_time_to_first_token_seconds_bucket)");
            JsonElement up = await QueryAsync(address, "up{job=\"gateway\"}");

            Assert.Equal(GatewayFixture.Model, requests.GetProperty("metric").GetProperty("model").GetString());
            Assert.Equal("dynamo", requests.GetProperty("metric").GetProperty("provider").GetString());
            Assert.Equal("1", requests.GetProperty("value")[1].GetString());
            Assert.NotEqual("NaN", latency.GetProperty("value")[1].GetString());
            Assert.Equal("1", up.GetProperty("value")[1].GetString());
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private async Task<Process> StartAsync(string folder, Uri address)
    {
        string file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file,
            $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs: [{ job_name: gateway, static_configs: [{ targets: ["{{fixture.Gateway.AdminAddress.Authority}}"] }] }]
            """);
        ProcessStartInfo start = new("prometheus", [$"--config.file={file}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address.Authority}", "--log.level=error"])
        {
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }

    /// <summary>The first series of an instant query, once there is one.</summary>
    private static async Task<JsonElement> QueryAsync(Uri address, string query)
    {
        using HttpClient client = new();
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        Uri uri = new(address, $"/api/v1/query?query={Uri.EscapeDataString(query)}");
        while (true)
        {
            try
            {
                using JsonDocument answer = JsonDocument.Parse(await client.GetByteArrayAsync(uri, limit.Token));
                if (answer.RootElement.GetProperty("data").GetProperty("result") is { } result && result.GetArrayLength() > 0)
                    return result[0].Clone();
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    private static Uri FreeAddress()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://{listener.LocalEndpoint}");
    }
}
