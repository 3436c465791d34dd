using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Upstreams;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Row 21 with OAuth2: the upstream rejects the gateway's token, or there is none to be had.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TokenServer _tokens = new();
    private readonly DialectUpstream _azure;
    private readonly ScriptedReplica _other = new();

    public TokenTests() => _azure = DialectUpstream.Azure(_tokens);

    public void Dispose()
    {
        _azure.Dispose();
        _tokens.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejected_OnceOnly_TheNextTokenIsFetchedAndTheSameReplicaAnswers(bool stream)
    {
        await using GatewayProcess gateway = await StartAsync();
        Assert.Equal(200, (await AskAsync(gateway, stream)).Status);
        _tokens.Revoke();
        RawResponse response = await AskAsync(gateway, stream);

        Assert.Equal((200, "azure", "2"), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-attempts")));
        JsonElement log = await gateway.LogOfAsync(response.Header("x-request-id")!);
        Assert.Equal("azure-1:upstream_auth azure-1:ok", Stage.Attempts(log));
        string?[] ids = [.. log.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("correlation_id").GetString())];
        Assert.Equal(ids, _azure.Requests.Skip(1).Select(request => RequestText.Header(request, "correlationId")));
        Assert.Equal(2, _tokens.Count);
        Assert.Equal(0, _other.Count);
        Assert.Equal(2, await gateway.MetricAsync("gateway_oauth_refreshes_total", "provider=\"azure\"", "result=\"success\""));
        Assert.Equal(1, await gateway.MetricAsync("gateway_replica_up", "replica=\"azure-1\""));
        Assert.DoesNotContain("token-", string.Join('\n', gateway.Output) + gateway.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejected_ManyRequestsAtOnce_OneNewToken()
    {
        await using GatewayProcess gateway = await StartAsync();
        await AskAsync(gateway);
        _tokens.Revoke();
        RawResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AskAsync(gateway, i % 2 == 0)));

        Assert.All(responses, response => Assert.Equal((200, "azure"), (response.Status, response.Header("x-gateway-provider"))));
        Assert.Equal(2, _tokens.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Rejected_TheNextTokenToo_TheFallbackAnswersAndTheProviderIsLeftAlone(int status)
    {
        await using GatewayProcess gateway = await StartAsync();
        _azure.Does = Play.Status(status);
        RawResponse first = await AskAsync(gateway);
        Assert.Equal((200, "other", "3"), (first.Status, first.Header("x-gateway-provider"), first.Header("x-gateway-attempts")));
        for (int i = 0; i < 3; i++)
            Assert.Equal("1", (await AskAsync(gateway)).Header("x-gateway-attempts"));
        Assert.Equal((2, 2), (_azure.Requests.Count, _tokens.Count));
        Assert.Equal(0, await gateway.MetricAsync("gateway_replica_up", "replica=\"azure-1\""));
    }

    [Fact]
    public async Task Rejected_NobodyElse_Is502()
    {
        await using GatewayProcess gateway = await StartAsync();
        _azure.Does = Play.Status(401);
        for (int i = 0; i < 3; i++)
        {
            RawResponse response = await AskAsync(gateway, i % 2 == 0, "azure/gpt-4o");
            Assert.Equal((502, "upstream_auth"), (response.Status, response.ErrorCode));
        }

        // The second token came in the place of a rejected one: rejecting it too brings no third.
        Assert.Equal(2, _tokens.Count);
    }

    [Fact]
    public async Task NoToken_TheServiceFails_TheFallbackAnswersAtOnceUntilItIsBack()
    {
        _tokens.Does = Play.Status(500, message: "secret-of-the-service");
        await using GatewayProcess gateway = await StartAsync();
        RawResponse response = await AskAsync(gateway);
        Assert.Equal((200, "other"), (response.Status, response.Header("x-gateway-provider")));
        Assert.Equal("azure-1:upstream_auth other-1:ok", Stage.Attempts(await gateway.LogOfAsync(response.Header("x-request-id")!)));
        RawResponse pinned = await AskAsync(gateway, true, "azure/gpt-4o");
        Assert.Equal((502, "upstream_auth"), (pinned.Status, pinned.ErrorCode));
        Assert.DoesNotContain("secret-of-the-service", pinned.Body + string.Join('\n', gateway.Output) + gateway.StandardError, StringComparison.Ordinal);
        Assert.Empty(_azure.Requests);

        _tokens.Does = _tokens.IssueAsync;
        await Serving.EventuallyAsync(async () => (await AskAsync(gateway)).Header("x-gateway-provider") == "azure", "the provider stayed without a token");
        Assert.Equal(1, await gateway.MetricAsync("gateway_oauth_refreshes_total", "result=\"success\""));
        Assert.NotEqual(0, await gateway.MetricAsync("gateway_oauth_refreshes_total", "result=\"failure\""));
    }

    [Fact]
    public async Task NoToken_TheServiceIsSilent_RequestsWaitNoLongerThanTheirDeadline()
    {
        _tokens.Does = Play.Silent;
        await using GatewayProcess gateway = await StartAsync(", timeouts: { first-byte: 200ms }");
        RawResponse[] responses = await Task.WhenAll(AskAsync(gateway), AskAsync(gateway), AskAsync(gateway));
        Assert.All(responses, response => Assert.Equal((200, "other"), (response.Status, response.Header("x-gateway-provider"))));
        RawResponse pinned = await AskAsync(gateway, true, "azure/gpt-4o");
        Assert.Equal((502, "upstream_auth"), (pinned.Status, pinned.ErrorCode));
        Assert.Equal(1, _tokens.Count);
    }

    [Fact]
    public async Task Listing_OfAProviderWithTokens_CarriesThem()
    {
        using ScriptedUpstream upstream = new((connection, request) => !_tokens.Accepts(request) ? connection.WriteAsync(Chat.Json("{}", "401 Unauthorized"))
            : request.StartsWith("GET /v1/models ", StringComparison.Ordinal) ? connection.WriteAsync(Chat.Json("""{"data":[{"id":"listed"}]}"""))
            : Play.Answer(connection, request));
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              p: { type: openai, base-url: "{{upstream.Address}}", health: { interval: 50ms }, oauth2: { token-url: "{{_tokens.Url}}", client-id: the-client-id, client-secret: {{TokenServer.Secret}}, scope: azureopenai-readwrite } }
            """);
        Assert.Equal(200, (await AskAsync(gateway, true, "listed")).Status);
        _tokens.Revoke();
        await Serving.EventuallyAsync(() => _tokens.Count == 2, "the listing's 401 brought no new token");
        Assert.Equal(200, (await AskAsync(gateway, true, "listed")).Status);
    }

    [Fact]
    public async Task NoToken_Ever_IsNotReady()
    {
        _tokens.Does = Play.Status(400);
        await using GatewayProcess gateway = await GatewayProcess.ServeAsync($$"""
            providers:
              azure: { type: azure-openai, base-url: "{{_azure.Address}}", models: [m], oauth2: { token-url: "{{_tokens.Url}}", client-id: i, client-secret: s } }
            """);
        using HttpClient http = new();
        await Serving.EventuallyAsync(
            async () =>
            {
                using HttpResponseMessage ready = await http.GetAsync(new Uri(gateway.Address, "/health/ready"));
                return (int)ready.StatusCode == 503 && Encoding.UTF8.GetString(await ready.Content.ReadAsByteArrayAsync()).Contains("provider azure gets no access token", StringComparison.Ordinal);
            },
            "it calls itself ready");
    }

    private Task<GatewayProcess> StartAsync(string more = "") => GatewayProcess.ServeAsync($$"""
        providers:
          azure: { type: azure-openai, base-url: "{{_azure.Address}}", models: [gpt-4o], oauth2: { token-url: "{{_tokens.Url}}", client-id: the-client-id, client-secret: {{TokenServer.Secret}}, scope: azureopenai-readwrite }{{more}} }
          other: { type: openai, base-url: "{{_other.Address}}", models: [gpt-4o] }
        """);

    private static async Task<RawResponse> AskAsync(GatewayProcess gateway, bool stream = true, string model = "gpt-4o")
    {
        string body = $$"""{"model":"{{model}}",{{(stream ? "\"stream\":true," : "")}}"messages":[{"role":"user","content":"hi"}]}""";
        using RawClient client = await RawClient.PostAsync(gateway.Address, Chat.Path, body);
        return await client.ReadResponseAsync();
    }
}
