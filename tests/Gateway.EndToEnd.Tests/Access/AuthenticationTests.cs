using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Wire;
using Gateway.Simulator;
using RawClient = Gateway.EndToEnd.Tests.Hostile.RawClient;

namespace Gateway.EndToEnd.Tests.Access;

/// <summary>Who gets in, and what everybody else is told.</summary>
public sealed partial class AuthenticationTests(KeyedGateway keyed) : IClassFixture<KeyedGateway>
{
    private static readonly string[] KeyHeaders = ["Authorization", "api-key", "x-api-key"];

    [Theory]
    [InlineData($"Authorization: Bearer {KeyedGateway.Everything}", "team-a")]
    [InlineData($"authorization: bearer {KeyedGateway.Everything}", "team-a")]
    [InlineData($"api-key: {KeyedGateway.Everything}", "team-a")]
    [InlineData($"X-API-Key: {KeyedGateway.Everything}", "team-a")]
    [InlineData($"Authorization: Bearer {KeyedGateway.Next}", "team-a")]
    [InlineData($"Authorization: Basic Zm9vOmJhcg==\r\napi-key: {KeyedGateway.Next}", "team-a")]
    [InlineData($"x-api-key: {KeyedGateway.FromFile}", "team-f")]
    public async Task Chat_WithAKey_IsAnsweredAndLoggedUnderItsId(string header, string id)
    {
        RawResponse response = await keyed.PostAsync(header + "\r\n");

        Assert.Equal(200, response.Status);
        JsonElement line = await keyed.Gateway.LogOfAsync(response.Header("x-request-id")!);
        Assert.Equal(id, line.GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("api-key: nonsense\r\n")]
    [InlineData($"api-key: {KeyedGateway.Everything}\r\napi-key: {KeyedGateway.Everything}\r\n")]
    [InlineData($"Authorization: Bearer {KeyedGateway.Everything}\r\nAuthorization: Bearer {KeyedGateway.Everything}\r\n")]
    [InlineData($"Authorization: Bearer nonsense\r\napi-key: {KeyedGateway.Everything}\r\n")]
    [InlineData($"Authorization: {KeyedGateway.Everything}\r\n")]
    public async Task Chat_WithoutAValidKey_Is401(string headers)
    {
        RawResponse response = await keyed.PostAsync(headers);

        Assert.Equal((401, "Bearer", "no-store"), (response.Status, response.Header("WWW-Authenticate"), response.Header("Cache-Control")));
        Assert.Equal(("authentication_error", "invalid_api_key"), (response.Error.GetProperty("type").GetString(), response.ErrorCode));
        JsonElement line = await keyed.Gateway.LogOfAsync(response.Header("x-request-id")!);
        Assert.Equal("invalid_api_key", line.GetProperty("error_code").GetString());
        Assert.False(line.TryGetProperty("key", out _));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "chat")]
    [InlineData("/v1/completions", "completions")]
    [InlineData("/v1/embeddings", "embeddings")]
    [InlineData("/v1/responses", "responses")]
    [InlineData("/router/production/v1/chat/completions", "chat")]
    [InlineData("/router/nowhere/v1/chat/completions", "chat")]
    [InlineData("/ai/chat/completions", "chat")]
    public async Task EveryEndpoint_WithoutAKey_Is401(string path, string endpoint) =>
        Assert.Equal("invalid_api_key", (await keyed.PostAsync("", path, Requests.Body(endpoint, KeyedGateway.Model, stream: true))).ErrorCode);

    [Fact]
    public async Task Messages_Refused_HasAnthropicsShape()
    {
        RawResponse unknown = await keyed.PostAsync("x-api-key: nonsense\r\n", "/v1/messages", Requests.Body("messages", KeyedGateway.Model, stream: false));
        RawResponse model = await keyed.PostAsync($"x-api-key: {KeyedGateway.MetaOnly}\r\n", "/v1/messages", Requests.Body("messages", "gpt-4o", stream: true));

        Assert.Equal(401, unknown.Status);
        Assert.Equal("""{"type":"error","error":{"type":"authentication_error","message":"The client key is not valid."}}""", unknown.Body);
        Assert.Equal(403, model.Status);
        Assert.Equal("""{"type":"error","error":{"type":"permission_error","message":"This client key may not use the model 'gpt-4o'."}}""", model.Body);
    }

    /// <summary>Byte for byte, but for the time of day and the request's id.</summary>
    [Fact]
    public async Task InvalidKeys_OfEveryKind_GetOneAnswer()
    {
        string[] keys = ["unknown-0123456789abcdef", KeyedGateway.SwitchedOff, KeyedGateway.Expired, KeyedGateway.Everything + "x", KeyedGateway.Everything[..^1], "x", new string('x', 4000)];
        HashSet<string> answers = [];
        foreach (string key in keys)
        {
            foreach (string header in KeyHeaders)
            {
                RawResponse response = await keyed.PostAsync($"{header}: {(header == "Authorization" ? "Bearer " : "")}{key}\r\nx-request-id: same\r\n");
                answers.Add(DateHeader().Replace(response.Head, "") + response.Body);
            }
        }

        string answer = Assert.Single(answers);
        Assert.Contains("The client key is not valid.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_WithoutAKey_IsOpen()
    {
        foreach (string path in new[] { "/health", "/health/ready", "/health/live" })
            Assert.Equal(200, (await keyed.GetAsync("", path)).Status);
    }

    /// <summary>A refused upload must leave the connection as it was: the next request on it is read from its own first byte.</summary>
    [Fact]
    public async Task Connection_AfterARefusal_GoesOn()
    {
        string body = $"{{\"model\":\"{KeyedGateway.Model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"{new string('x', 300_000)}\"}}]}}";
        using RawClient client = await RawClient.PostAsync(keyed.Gateway.Address, Chat.Path, body, "api-key: nonsense\r\n");
        await client.SendAsync($"GET /v1/models HTTP/1.1\r\nHost: gateway\r\napi-key: {KeyedGateway.Everything}\r\n\r\n");

        string received = await client.ReadUntilAsync("\"object\":\"list\"");

        Assert.StartsWith("HTTP/1.1 401", received, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_Asked_SeesTheIdAndNoKey()
    {
        RawResponse response = await keyed.PostAsync(
            $"Authorization: Bearer {KeyedGateway.Everything}\r\napi-key: {KeyedGateway.Next}\r\nx-api-key: {KeyedGateway.FromFile}\r\nx-tenant-id: somebody-else\r\nx-dynamo-session-id: s1\r\nx-dynamo-priority: 9\r\n");
        RecordedRequest request = keyed.Upstream.Requests.Last(request => request.Headers["x-request-id"].Contains(response.Header("x-request-id")));

        Assert.Equal(["team-a"], request.Headers["x-tenant-id"]);
        Assert.Equal(["s1"], request.Headers["x-dynamo-session-id"]);
        Assert.DoesNotContain("x-dynamo-priority", request.Headers.Keys);
        Assert.DoesNotContain(request.Headers, header => header.Value.Any(value => value.Contains("CANARY", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keys_InLogsAndMetrics_NeverAppear()
    {
        RawResponse response = await keyed.PostAsync(KeyedGateway.Bearer(KeyedGateway.MetaOnly), body: KeyedGateway.Body("gpt-4o"));
        await keyed.Gateway.LogOfAsync(response.Header("x-request-id")!);
        using HttpClient http = new();

        string told = string.Join('\n', [.. keyed.Gateway.Output, keyed.Gateway.StandardError, response.Head, response.Body,
            await http.GetStringAsync(new Uri(keyed.Gateway.AdminAddress, "/metrics")), await http.GetStringAsync(new Uri(keyed.Gateway.AdminAddress, "/admin/status"))]);

        Assert.DoesNotContain("CANARY", told, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Date: [^\r]*\r\n", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateHeader();
}
