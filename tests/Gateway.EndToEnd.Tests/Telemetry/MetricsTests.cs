using System.Text.Json;
using Gateway.EndToEnd.Tests.Wire;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Telemetry;

/// <summary><c>/metrics</c> of the running binary, right after requests that are known. Each test has a gateway of its own: counters count everything.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly GatewayFixture _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Counters_AfterKnownRequests_HaveTheirValues()
    {
        JsonElement usage = Usage(await SendAsync("one", Requests.Body("chat", GatewayFixture.Model, stream: false)));
        await SendAsync("two", Requests.Body("chat", GatewayFixture.Model, stream: true, includeUsage: false));
        await SendAsync("three", Requests.Body("chat", "no/such-model", stream: false));
        await SendAsync("four", Requests.Body("chat", "sim/500", stream: false));
        await SendAsync("five", Requests.Body("chat", "sim/cut-after-5", stream: true));

        Scrape scrape = await Scrape.TakeAsync(_fixture.Gateway);

        const string Model = $"model=\"{GatewayFixture.Model}\"";
        Assert.Equal(2, scrape.Sum("gateway_requests_total", "endpoint=\"chat\"", "router=\"default\"", Model, "provider=\"dynamo\"", "status=\"200\"", "outcome=\"ok\""));
        Assert.Equal(1, scrape.Sum("gateway_requests_total", "model=\"other\"", "provider=\"none\"", "status=\"404\"", "outcome=\"client_error\""));
        Assert.Equal(1, scrape.Sum("gateway_requests_total", "model=\"other\"", "status=\"502\"", "outcome=\"upstream_error\""));
        Assert.Equal(1, scrape.Sum("gateway_requests_total", "status=\"200\"", "outcome=\"incomplete\""));
        Assert.Equal(5, scrape.Sum("gateway_requests_total"));
        Assert.Equal(5, scrape.Sum("gateway_request_duration_seconds_count"));
        Assert.Equal(5, scrape.Sum("gateway_overhead_seconds_count", "endpoint=\"chat\""));
        Assert.Equal(1, scrape.Sum("gateway_time_to_first_token_seconds_count", Model));
        // The stream's usage was asked for by the gateway alone, and is counted all the same.
        Assert.Equal(2 * usage.GetProperty("prompt_tokens").GetInt32(), scrape.Sum("gateway_tokens_total", Model, "kind=\"prompt\"", "source=\"upstream\""));
        Assert.Equal(2 * usage.GetProperty("completion_tokens").GetInt32(), scrape.Sum("gateway_tokens_total", Model, "kind=\"completion\"", "source=\"upstream\""));
        Assert.Equal(5, scrape.Sum("gateway_tokens_total", "model=\"other\"", "kind=\"completion\"", "source=\"estimated\""));
        Assert.Equal(0, scrape.Sum("gateway_active_requests"));
        Assert.Equal(0, scrape.Sum("gateway_active_streams"));
    }

    [Fact]
    public async Task Gauges_DuringAStream_ShowIt_AndTheDisconnectAfterIt()
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_fixture.Gateway.Address, "/v1/chat/completions"))
        {
            Content = new StringContent(Requests.Body("chat", "sim/stall-after-3", stream: true), null, "application/json"),
        };
        request.Headers.Add("x-request-id", "stalled");
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Scrape during = await Scrape.TakeAsync(_fixture.Gateway);
        response.Dispose();
        await LoggedAsync("stalled");
        Scrape after = await Scrape.TakeAsync(_fixture.Gateway);

        Assert.Equal(1, during.Sum("gateway_active_streams"));
        Assert.Equal(1, during.Sum("gateway_active_requests", "endpoint=\"chat\""));
        Assert.Equal(1, during.Sum("gateway_replica_inflight", "provider=\"dynamo\"", "replica=\"dynamo-1\""));
        Assert.Equal(0, after.Sum("gateway_active_streams"));
        Assert.Equal(0, after.Sum("gateway_replica_inflight"));
        Assert.Equal(1, after.Sum("gateway_client_disconnects_total", "phase=\"streaming\""));
        Assert.Equal(1, after.Sum("gateway_requests_total", "status=\"499\"", "outcome=\"client_closed\""));
    }

    [Fact]
    public async Task Promtool_AfterRequestsOfEveryKind_FindsNothing()
    {
        await SendAsync("one", Requests.Body("chat", GatewayFixture.Model, stream: true));
        await SendAsync("two", Requests.Body("chat", "quote\\\"back\\\\slash\\n", stream: false));
        await SendAsync("three", Requests.Body("chat", "sim/malformed-at-2", stream: true));
        await SendAsync("four", Requests.Body("chat", "sim/503", stream: false));
        Scrape scrape = await Scrape.TakeAsync(_fixture.Gateway);

        CommandProcess promtool = await CommandProcess.RunAsync("promtool", ["check", "metrics"], input: scrape.Text);

        Assert.True(promtool is { ExitCode: 0, Output: "", Error: "" }, $"{promtool}\n{scrape.Text}");
        Assert.Equal(1, scrape.Sum("gateway_malformed_events_total", "provider=\"dynamo\""));
    }

    [Fact]
    public async Task Metrics_OfTheBinary_SayWhatRuns()
    {
        Scrape scrape = await Scrape.TakeAsync(_fixture.Gateway);
        RawAnswer open = await RawClient.GetAsync(_fixture.Gateway.AdminAddress, "/metrics", "Accept: application/openmetrics-text; version=1.0.0");

        Assert.Equal(1, scrape.Sum("gateway_build_info", "aot=\"true\""));
        Assert.StartsWith("application/openmetrics-text", open.Header("content-type"), StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/admin/status")]
    [InlineData("/dashboard")]
    public async Task AdminPaths_OnThePublicPort_DoNotExist(string path)
    {
        RawAnswer answer = await RawClient.GetAsync(_fixture.Gateway.Address, path);

        Assert.Equal(404, answer.Status);
        Assert.Contains("\"route_not_found\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublicPaths_OnTheAdminPort_DoNotExist()
    {
        RawAnswer answer = await RawClient.PostAsync(_fixture.Gateway.AdminAddress, "/v1/chat/completions", Requests.Body("chat", GatewayFixture.Model, stream: false));

        Assert.Equal(404, answer.Status);
    }

    private static JsonElement Usage(RawAnswer answer)
    {
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("usage").Clone();
    }

    private async Task<RawAnswer> SendAsync(string requestId, string body)
    {
        RawAnswer answer = await RawClient.PostAsync(_fixture.Gateway.Address, "/v1/chat/completions", body, $"x-request-id: {requestId}");
        await LoggedAsync(requestId);
        return answer;
    }

    /// <summary>An answer may be read before it is counted; its log line comes after.</summary>
    private Task<string> LoggedAsync(string requestId) =>
        _fixture.Gateway.WaitForOutputAsync(line => line.Contains($"\"request_id\":\"{requestId}\"", StringComparison.Ordinal), Patience);
}
