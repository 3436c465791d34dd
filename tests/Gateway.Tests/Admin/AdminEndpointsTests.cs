using System.Text.Json;
using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Streaming;
using Gateway.Tests.Simulator;
using Gateway.Tests.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Admin;

/// <summary>The admin listener: states, draining, and who is let in.</summary>
public sealed class AdminEndpointsTests : IDisposable
{
    private readonly MetricsFixture _metrics = new();
    private readonly SteppedTimeProvider _time = new();
    private readonly Provider _provider;
    private readonly AdminEndpoints _admin;

    public AdminEndpointsTests()
    {
        ProviderOptions options = new() { Name = "p", Type = ProviderType.OpenAi, BaseUrls = [new("http://secret-host:1"), new("http://secret-host:2")] };
        _provider = new(options, _time, new ProviderHealth("p", options.Health, isKeyed: false, _time, new Random(1), changed: null));
        _admin = new(new(token: null), _metrics.Pipeline, static http => http.Response.WriteAsync("health"), new([_provider], _metrics.Metrics, _time), new([_provider]));
    }

    public void Dispose()
    {
        _provider.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Status_Replicas_ShowTheirStateAndNoAddress()
    {
        Replica first = _provider.Replicas[0];
        first.SetListed(Gateway.Models.ModelListing.ToSet(["a", "b"], null), ["a", "b"]);
        first.Begin();
        first.Latency.Observe(TimeSpan.FromMilliseconds(312.5));
        first.Health.CoolDown(TimeSpan.FromSeconds(3), isRateLimit: true);
        for (int i = 0; i < 3; i++)
            _provider.Replicas[1].Health.Failed(FailureReason.ServerError, false);
        _time.Advance(TimeSpan.FromSeconds(2));

        (HttpResponse response, string text) = await SendAsync("GET", "/admin/status");

        Assert.Equal(200, response.StatusCode);
        Assert.DoesNotContain("secret-host", text, StringComparison.Ordinal);
        JsonElement status = JsonDocument.Parse(text).RootElement;
        Assert.Equal(2, status.GetProperty("uptime_seconds").GetDouble());
        Assert.NotEmpty(status.GetProperty("version").GetString()!);
        JsonElement[] replicas = [.. status.GetProperty("replicas").EnumerateArray()];
        Assert.Equal(
            """{"id":"p-1","provider":"p","condition":"cooling","drained":false,"inflight":1,"connections":0,"idle_connections":0,"ejected_for_seconds":0,"cooling_for_seconds":1,"models":2,"latency_ms":312.5}""",
            replicas[0].GetRawText());
        Assert.Equal(
            """{"id":"p-2","provider":"p","condition":"ejected","drained":false,"inflight":0,"connections":0,"idle_connections":0,"ejected_for_seconds":3,"cooling_for_seconds":0,"models":null,"latency_ms":250}""",
            replicas[1].GetRawText());
    }

    [Fact]
    public async Task Status_Open_CountsWhatIsUnderWay()
    {
        _metrics.Metrics.RequestStarted(Gateway.Streaming.Endpoint.ChatCompletions);
        _metrics.Metrics.RequestStarted(null);
        _metrics.Metrics.StreamStarted();
        _provider.Replicas[0].Begin();
        byte[] rented = RentedBuffers.Pool.Rent(1);

        (_, string text) = await SendAsync("GET", "/admin/status");

        RentedBuffers.Pool.Return(rented);
        JsonElement open = JsonDocument.Parse(text).RootElement.GetProperty("open");
        Assert.Equal(["requests", "streams", "attempts", "connections", "idle_connections", "rented_buffers"], open.EnumerateObject().Select(member => member.Name));
        Assert.Equal([2, 1, 1, 0, 0], open.EnumerateObject().Take(5).Select(member => member.Value.GetInt32()));
        // Other tests of this process may have rented some as well.
        Assert.True(open.GetProperty("rented_buffers").GetInt64() > 0);
    }

    [Fact]
    public async Task Drain_AndUndrain_ChangeTheReplicaAndAnswerWithItsState()
    {
        (HttpResponse response, string text) = await SendAsync("POST", "/admin/replicas/p-2/drain");
        Assert.Equal(200, response.StatusCode);
        Assert.Contains("\"condition\":\"drained\",\"drained\":true", text, StringComparison.Ordinal);
        Assert.Equal(ReplicaCondition.Drained, _provider.Replicas[1].Health.Condition);
        Assert.Equal(ReplicaCondition.Usable, _provider.Replicas[0].Health.Condition);

        (_, text) = await SendAsync("POST", "/admin/replicas/p-2/undrain");
        Assert.Contains("\"condition\":\"usable\",\"drained\":false", text, StringComparison.Ordinal);
        Assert.Equal(ReplicaCondition.Usable, _provider.Replicas[1].Health.Condition);
    }

    [Theory]
    [InlineData("POST", "/admin/replicas/p-3/drain", 404, "replica_not_found")]
    [InlineData("POST", "/admin/replicas//drain", 404, "replica_not_found")]
    [InlineData("POST", "/admin/replicas/p-1/remove", 404, "route_not_found")]
    [InlineData("GET", "/elsewhere", 404, "route_not_found")]
    [InlineData("GET", "/v1/models", 404, "route_not_found")]
    [InlineData("GET", "/admin/replicas/p-1/drain", 405, "method_not_allowed")]
    [InlineData("DELETE", "/admin/replicas/p-1/undrain", 405, "method_not_allowed")]
    [InlineData("POST", "/admin/status", 405, "method_not_allowed")]
    [InlineData("POST", "/metrics", 405, "method_not_allowed")]
    public async Task Refused_Request_HasTheDocumentedErrorShape(string method, string path, int status, string code)
    {
        (HttpResponse response, string text) = await SendAsync(method, path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(status == 405, response.Headers.Allow.Count > 0);
        Assert.Equal(status == 405 && path.StartsWith("/admin/replicas", StringComparison.Ordinal), response.Headers.Allow == "POST");
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("http://127.0.0.1:9091", 200)]
    [InlineData("HTTP://127.0.0.1:9091", 200)]
    [InlineData("http://127.0.0.1:8080", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("http://127.0.0.1.evil.example:9091", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    [InlineData("http://127.0.0.1:9091, http://evil.example", 403)]
    public async Task Drain_FromAPage_OnlyFromTheSameOrigin(string? origin, int status)
    {
        (HttpResponse response, string text) = await SendAsync("POST", "/admin/replicas/p-1/drain", origin);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 403, text.Contains("\"code\":\"cross_origin\"", StringComparison.Ordinal));
        Assert.Equal(status == 200, _provider.Replicas[0].Health.IsDrained);
    }

    [Fact]
    public async Task Status_Head_HasNoBody()
    {
        (HttpResponse response, string text) = await SendAsync("HEAD", "/admin/status");
        Assert.Equal(200, response.StatusCode);
        Assert.True(response.ContentLength > 0);
        Assert.Empty(text);
    }

    private async Task<(HttpResponse Response, string Text)> SendAsync(string method, string path, string? origin = null)
    {
        DefaultHttpContext http = new();
        http.Request.Method = method;
        http.Request.Path = path;
        http.Request.Host = new HostString("127.0.0.1", 9091);
        if (origin is not null)
            http.Request.Headers.Origin = origin;
        using MemoryStream body = new();
        http.Response.Body = body;
        await _admin.InvokeAsync(http);
        return (http.Response, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
