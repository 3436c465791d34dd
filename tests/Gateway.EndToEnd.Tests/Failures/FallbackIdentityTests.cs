using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Row 16: whoever answers is named, everywhere; and a pinned provider is never replaced.</summary>
public sealed class FallbackIdentityTests
{
    private static readonly StagedProvider[] Providers = [new("a", 1, "m"), new("b", 1, "n")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fallback_ToAnEquivalent_IsNamedInHeadersLogAndUsage(bool stream)
    {
        await using Stage stage = await Stage.StartAsync("model-mapping: { m: [n] }", Providers);
        stage["a-1"].Does = Play.Status(503);
        stage["b-1"].Does = stream ? Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Content("Hello") + Chat.Finish +
            "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}\n\n" + Chat.Done) + Chat.End) : Play.Answer;
        RawResponse response = await stage.AskAsync(stream);
        Assert.Equal((200, "b", "b-1", "n", "2"), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-replica"),
            response.Header("x-gateway-model"), response.Header("x-gateway-attempts")));
        Assert.Contains("\"model\":\"n\"", stage["b-1"].Requests.Single());

        JsonElement log = await stage.LogOfAsync(response);
        AssertNames(log, "m", "n", "b", "b-1");
        Assert.Equal((3, 5), (log.GetProperty("prompt_tokens").GetInt32(), log.GetProperty("completion_tokens").GetInt32()));
        Assert.Equal("a-1:upstream_overloaded b-1:ok", Stage.Attempts(log));
        Assert.Equal(8, await stage.Gateway.MetricAsync("gateway_tokens_total", "provider=\"b\"", "model=\"m\""));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_tokens_total", "provider=\"a\""));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_requests_total", "provider=\"b\"", "outcome=\"ok\""));
    }

    [Fact]
    public async Task Fallback_AfterTheCommit_IsLeftOutOfTheHeadersAndNamedInTheLog()
    {
        await using Stage stage = await Stage.StartAsync("""
            model-mapping: { m: [n] }
            keepalive: { interval: 50ms }
            """, Providers);
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        stage["a-1"].Does = async (connection, request) =>
        {
            await fail.Task;
            await Play.Status(503)(connection, request);
        };
        using RawClient client = await stage.PostAsync();
        await client.ReadUntilAsync("chatcmpl-keepalive-");
        fail.SetResult();
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal(200, response.Status);
        Assert.Null(response.Header("x-gateway-provider"));
        Assert.Null(response.Header("x-gateway-attempts"));
        Assert.EndsWith(Play.StreamBody, response.Body);
        JsonElement log = await stage.LogOfAsync(response);
        AssertNames(log, "m", "n", "b", "b-1");
        Assert.Equal("a-1:upstream_overloaded b-1:ok", Stage.Attempts(log));
    }

    [Theory]
    [InlineData("a/m")]
    [InlineData("a:m")]
    public async Task Pinned_ProviderFails_NobodyElseIsAsked(string model)
    {
        await using Stage stage = await Stage.StartAsync("model-mapping: { m: [n] }", new StagedProvider("a", 2), new StagedProvider("b", 1, "m, n"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(502);
        RawResponse response = await stage.AskAsync(model: model);
        Assert.Equal((502, "upstream_failed", 0), (response.Status, response.ErrorCode, stage["b-1"].Count));
        Assert.All(stage["a-1"].Requests.Concat(stage["a-2"].Requests), request => Assert.Contains("\"model\":\"m\"", request));
        Assert.InRange(stage["a-1"].Count, 1, 2);
        Assert.InRange(stage["a-2"].Count, 1, 2);

        // Nor when it is limited for long: the client is told so.
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(429, "Retry-After: 60\r\n");
        Assert.Equal((429, 0), ((await stage.AskAsync(model: model)).Status, stage["b-1"].Count));
    }

    private static void AssertNames(JsonElement log, string model, string upstreamModel, string provider, string replica) => Assert.Equal(
        (model, upstreamModel, provider, replica),
        (log.GetProperty("model").GetString(), log.GetProperty("upstream_model").GetString(), log.GetProperty("provider").GetString(), log.GetProperty("replica").GetString()));
}
