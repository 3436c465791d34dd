using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>What a provider allows us: attempts wait in order, then the next provider is asked, then it is 429.</summary>
public sealed class ProviderLimitTests
{
    [Fact]
    public async Task Requests_BeyondTheLimit_AreSentInTheOrderOfTheirArrivalOverAllReplicas()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2, Options: "rate-limit: { concurrent-requests: 1, queue-timeout: 1m }"));
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> order = [];
        stage["a-1"].Does = stage["a-2"].Does = async (connection, request) =>
        {
            lock (order)
                order.Add(request[(request.IndexOf("\"user\":\"", StringComparison.Ordinal) + 8)..][..1]);
            arrived.TrySetResult();
            await released.Task;
            await Play.Answer(connection, request);
        };
        List<Task<RawResponse>> asking = [stage.AskAsync(fields: "\"user\":\"0\",")];
        await arrived.Task;
        for (int i = 1; i <= 6; i++)
        {
            asking.Add(stage.AskAsync(stream: i % 2 == 0, fields: $"\"user\":\"{i}\","));
            await LimitState.QueuedAsync(stage, "a", i);
        }

        Assert.Equal(1, stage.Count);
        released.SetResult();
        Assert.All(await Task.WhenAll(asking), response => Assert.Equal((200, "1"), (response.Status, response.Header("x-gateway-attempts"))));
        Assert.Equal("0123456", string.Concat(order));
        await LimitState.InflightAsync(stage, "provider", "a", 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Queue_Timeout_TheNextProviderAnswers(bool stream)
    {
        await using Stage stage = await Stage.StartAsync(
            new StagedProvider("a", Options: "rate-limit: { concurrent-requests: 1, queue-timeout: 200ms }"), new StagedProvider("b"));
        HeldRequests held = new();
        stage["a-1"].Does = held.HoldAsync;
        Task<RawResponse> first = stage.AskAsync(stream);
        await held.ArrivedAsync();

        RawResponse second = await stage.AskAsync(stream);
        Assert.Equal((200, "b-1", "2"), (second.Status, second.Header("x-gateway-replica"), second.Header("x-gateway-attempts")));
        Assert.Equal("a-1:concurrent_requests b-1:ok", await stage.AttemptsOfAsync(second));
        Assert.Equal((1, "usable"), (stage["a-1"].Count, await stage.ConditionOfAsync("a-1")));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_ratelimit_rejections_total", "key=\"provider:a\"", "limit=\"concurrent_requests\""));
        held.Release();
        Assert.Equal(200, (await first).Status);
    }

    [Fact]
    public async Task Queue_Timeout_NobodyElse_Is429()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", Options: "rate-limit: { requests-per-minute: 1, queue-timeout: 100ms }"));
        Assert.Equal(200, (await stage.AskAsync()).Status);
        RawResponse refused = await stage.AskAsync();
        Assert.Equal((429, "requests_per_minute", "rate_limit_error"), (refused.Status, refused.ErrorCode, refused.Error.GetProperty("type").GetString()));
        Assert.InRange(int.Parse(refused.Header("retry-after")!), 40, 60);
        Assert.StartsWith("The provider 'a' has used its 1 requests per minute: try again in ", refused.Error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, "usable"), (stage.Count, await stage.ConditionOfAsync("a-1")));
    }

    [Fact]
    public async Task Queue_Timeout_AfterAKeepalive_IsAnErrorEvent()
    {
        await using Stage stage = await Stage.StartAsync(
            "keepalive: { interval: 50ms }", new StagedProvider("a", Options: "rate-limit: { concurrent-requests: 1, queue-timeout: 400ms }"));
        HeldRequests held = new();
        stage["a-1"].Does = held.HoldAsync;
        using RawClient first = await stage.PostAsync();
        await held.ArrivedAsync();
        RawResponse second = await stage.AskAsync();
        JsonElement error = JsonDocument.Parse(second.Events[^1]["data: ".Length..]).RootElement.GetProperty("error");
        Assert.Equal((200, "concurrent_requests", 1), (second.Status, error.GetProperty("code").GetString(), error.GetProperty("retry_after").GetInt32()));
        Assert.Contains("chatcmpl-keepalive-", second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retries_TakeTheirOwnPlace()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2, Options: "rate-limit: { requests-per-minute: 100, concurrent-requests: 1 }"));
        stage["a-1"].Does = Play.Status(503);
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, stage.Count), (response.Status, int.Parse(response.Header("x-gateway-attempts")!)));
        LimitState state = await LimitState.ReadAsync(stage, "provider", "a", "requests_per_minute");
        // It may have leaked a little meanwhile.
        Assert.InRange(100 - state.Remaining, 1, stage.Count);
        await LimitState.InflightAsync(stage, "provider", "a", 0);
    }
}
