using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>Which listener has what, and who is let in.</summary>
public sealed class ListenerTests : IDisposable
{
    private const string Token = "canary-token-0123456789";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task MetricsListener_HasMetricsAndHealthAndNothingElse()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("metrics-listen: 'http://0.0.0.0:0'");
        Uri metrics = new UriBuilder(gateway.MetricsAddress()) { Host = "127.0.0.1" }.Uri;

        Assert.Contains("gateway_build_info", await _http.GetStringAsync(new Uri(metrics, "/metrics")), StringComparison.Ordinal);
        Assert.Equal((200, 200), (await StatusAsync(metrics, "/health/live"), await StatusAsync(metrics, "/health/ready")));
        foreach (string path in (string[])["/admin/status", "/dashboard", "/v1/models", "/v1/chat/completions", "/healthy", "/"])
            Assert.Equal(404, await StatusAsync(metrics, path));
        Assert.Equal(405, await StatusAsync(metrics, "/metrics", HttpMethod.Post));
        Assert.Equal((404, 404), (await StatusAsync(gateway.Address, "/metrics"), await StatusAsync(gateway.Address, "/admin/status")));
        Assert.Equal(404, await StatusAsync(gateway.AdminAddress, "/v1/models"));

        CommandProcess check = await CommandProcess.GatewayAsync(["healthcheck", metrics.ToString()]);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
    }

    [Fact]
    public async Task AdminToken_BeyondLoopback_IsAskedForByEverythingButHealth()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync($"admin-token: {Token}", "http://0.0.0.0:0");
        Uri admin = new UriBuilder(gateway.AdminAddress) { Host = "127.0.0.1" }.Uri;

        foreach ((HttpMethod method, string path) in ((HttpMethod, string)[])[(HttpMethod.Get, "/admin/status"), (HttpMethod.Get, "/metrics"), (HttpMethod.Post, "/admin/replicas/s-1/drain"), (HttpMethod.Get, "/nothing")])
        {
            using HttpResponseMessage refused = await SendAsync(admin, path, method, "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
            Assert.Equal("invalid_admin_token", JsonDocument.Parse(await refused.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("error").GetProperty("code").GetString());
        }

        Assert.Equal(200, await StatusAsync(admin, "/health/live"));
        using HttpResponseMessage status = await SendAsync(admin, "/admin/status", HttpMethod.Get, Token);
        using HttpResponseMessage drained = await SendAsync(admin, "/admin/replicas/s-1/drain", HttpMethod.Post, Token);
        using HttpResponseMessage foreign = await SendAsync(admin, "/admin/replicas/s-1/undrain", HttpMethod.Post, Token, "https://evil.example");
        Assert.Equal((200, 200, 403), ((int)status.StatusCode, (int)drained.StatusCode, (int)foreign.StatusCode));
        Assert.DoesNotContain(Token, gateway.StandardError + string.Join('\n', gateway.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdminListener_WithoutAToken_AnswersToLoopbackNamesOnly()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("client-stall: 5m");
        foreach ((string host, int expected) in ((string, int)[])[("evil.example:9091", 421), ("127.0.0.1.evil.example", 421), ($"localhost:{gateway.AdminAddress.Port}", 200), ("[::1]", 200)])
        {
            using RawClient client = await RawClient.ConnectAsync(gateway.AdminAddress);
            await client.SendAsync($"GET /admin/status HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            Assert.Equal(expected, (await client.ReadResponseAsync()).Status);
        }
    }

    [Theory]
    [InlineData("admin-listen: 'http://0.0.0.0:9091'", "server.admin-listen: beyond loopback it needs admin-token")]
    [InlineData("listen: 'http://0.0.0.0:9091'", "takes the same port as")]
    [InlineData("metrics-listen: 'http://127.0.0.1:8080'", "takes the same port as")]
    public async Task Listeners_ThatMayNotBe_AreAnError(string server, string expected)
    {
        using Commands.TemporaryFile file = new($"server: {{ {server} }}\nproviders: {{ s: {{ type: simulator }} }}\n");

        CommandProcess serve = await CommandProcess.GatewayAsync(["serve", "--config", file.Path]);

        Assert.Equal(1, serve.ExitCode);
        Assert.Contains(expected, serve.Error, StringComparison.Ordinal);
    }

    private async Task<int> StatusAsync(Uri listener, string path, HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, new Uri(listener, path));
        using HttpResponseMessage response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(Uri listener, string path, HttpMethod method, string token, string? origin = null)
    {
        using HttpRequestMessage request = new(method, new Uri(listener, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await _http.SendAsync(request);
    }
}
