using System.Text.Json;
using Gateway.Admin;
using Gateway.Caching;
using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Hosting.Reload;
using Gateway.Relay;
using Gateway.Streaming;
using Gateway.Tests.Caching.Store;
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
    private readonly MemoryStore _answers = new(1 << 20, TimeProvider.System);
    private readonly ResponseCache _cache;
    private readonly Provider _provider;
    private readonly AdminEndpoints _admin;
    private IReadOnlyList<Replica> _leaving = [];
    private IReadOnlyList<ConfigurationValue> _values = [];
    private Func<string, ReloadResult> _reload = static _ => new(ReloadOutcome.Unchanged);

    public AdminEndpointsTests()
    {
        ProviderOptions options = new() { Name = "p", Type = ProviderType.OpenAi, BaseUrls = [new("http://secret-host:1"), new("http://secret-host:2")] };
        _provider = new(options, _time, new ProviderHealth("p", options.Health, isKeyed: false, _time, new Random(1), changed: null));
        _cache = new(_answers, _time, new Random(1));
        _admin = new(
            new(static () => null), _metrics.Pipeline, static http => http.Response.WriteAsync("health"), new(() => [_provider], () => _leaving, _metrics.Metrics, _time, cache: _cache), new(() => [_provider]),
            new(() => _values, trigger => Task.FromResult(_reload(trigger))),
            new(_cache));
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
    public async Task Status_Cache_SaysWhatIsKeptAndUnderWay()
    {
        _answers.Keep(StoredAnswers.Key(1), StoredAnswers.Answer(now: TimeProvider.System.GetUtcNow()));
        using RequestLifetime lifetime = new(CancellationToken.None, CancellationToken.None);
        FlightSeat seat = _cache.Flights.Board(StoredAnswers.Key(2), isStream: true, () => new(StoredAnswers.Key(2), true, 1000, lifetime, static () => false))!.Value;

        (_, string text) = await SendAsync("GET", "/admin/status");

        seat.Leave();
        JsonElement cache = JsonDocument.Parse(text).RootElement.GetProperty("cache");
        Assert.Equal(["entries", "bytes", "calls", "waiters"], cache.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, 1, 1), (cache.GetProperty("entries").GetInt32(), cache.GetProperty("calls").GetInt32(), cache.GetProperty("waiters").GetInt32()));
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
    public async Task Reload_Changed_SaysWhatAndWhatNeedsARestart()
    {
        _reload = static trigger => new(ReloadOutcome.Success) { Changed = ["server.listen", trigger], NeedsRestart = ["server.listen"] };
        (HttpResponse response, string text) = await SendAsync("POST", "/admin/reload");
        Assert.Equal(200, response.StatusCode);
        Assert.Equal("""{"result":"success","changed":["server.listen","POST /admin/reload"],"needs_restart":["server.listen"]}""", text);
    }

    [Fact]
    public async Task Reload_Invalid_ListsEveryMistake()
    {
        _reload = static _ => new(ReloadOutcome.Failure) { Errors = [new("g.yaml", 1, 2, "a", "is bad", "do better"), new("g.yaml", 3, 4, "b", "too", "same")] };
        (HttpResponse response, string text) = await SendAsync("POST", "/admin/reload");
        Assert.Equal(422, response.StatusCode);
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal("invalid_configuration", error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(["g.yaml:1:2: a: is bad — do better", "g.yaml:3:4: b: too — same"], error.GetProperty("errors").EnumerateArray().Select(entry => entry.GetString()));
    }

    [Theory]
    [InlineData("POST", null, 409, "nothing_to_reload")]
    [InlineData("POST", "http://evil.example", 403, "cross_origin")]
    [InlineData("GET", null, 405, "method_not_allowed")]
    public async Task Reload_Refused_HasTheDocumentedErrorShape(string method, string? origin, int status, string code)
    {
        bool isAsked = false;
        _reload = _ =>
        {
            isAsked = true;
            return new(ReloadOutcome.NoFile);
        };
        (HttpResponse response, string text) = await SendAsync(method, "/admin/reload", origin);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(status == 409, isAsked);
    }

    [Fact]
    public async Task Config_Values_HaveTheirSources()
    {
        _values = [new("server.listen", "http://127.0.0.1:1", new(ConfigurationSourceKind.File, "g.yaml", 3, 7)), new("providers.a.api-key", "***", new(ConfigurationSourceKind.Environment, "KEY"))];
        (HttpResponse response, string text) = await SendAsync("GET", "/admin/config");
        Assert.Equal(200, response.StatusCode);
        Assert.Equal(
            """{"values":[{"path":"server.listen","value":"http://127.0.0.1:1","source":"g.yaml:3"},{"path":"providers.a.api-key","value":"***","source":"KEY"}]}""",
            text);
    }

    [Fact]
    public async Task Status_RemovedReplicaAtWork_IsShownAndCounted()
    {
        ProviderOptions options = new() { Name = "old", Type = ProviderType.OpenAi, BaseUrls = [new("http://secret-host:9")] };
        using Provider old = new(options, _time);
        old.Replicas[0].Begin();
        _leaving = [.. old.Replicas];
        (_, string text) = await SendAsync("GET", "/admin/status");
        Assert.Contains("\"id\":\"old-1\",\"provider\":\"old\",\"condition\":\"removed\"", text, StringComparison.Ordinal);
        Assert.Contains("\"attempts\":1", text, StringComparison.Ordinal);
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
