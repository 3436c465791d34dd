using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>What a router allows its clients.</summary>
public sealed class RouterLimitTests
{
    [Fact]
    public async Task Clients64_ConcurrentRequests_NeverMoreThanTheLimitAndNoSlotIsLost()
    {
        await using Stage stage = await StartAsync("concurrent-requests: 8");
        for (int round = 0; round < 3; round++)
        {
            TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int before = stage["a-1"].Count;
            stage["a-1"].Does = async (connection, request) =>
            {
                await released.Task;
                await Play.Answer(connection, request);
            };
            Task<RawResponse>[] asking = [.. Enumerable.Range(0, 64).Select(i => stage.AskAsync(stream: i % 2 == 0))];
            await Serving.EventuallyAsync(() => asking.Count(ask => ask.IsCompleted) == 56, "56 were not refused");
            released.SetResult();
            RawResponse[] responses = await Task.WhenAll(asking);

            Assert.Equal((8, 56), (responses.Count(response => response.Status == 200), responses.Count(response => response.Status == 429)));
            Assert.Equal(8, stage["a-1"].Count - before);
            Assert.All(responses.Where(response => response.Status == 429), response => Assert.Equal("concurrent_requests", response.ErrorCode));
            await LimitState.InflightAsync(stage, "router", "default", 0);
        }

        Assert.Equal(3 * 56, await stage.Gateway.MetricAsync("gateway_ratelimit_rejections_total", "key=\"router:default\"", "limit=\"concurrent_requests\""));
    }

    [Fact]
    public async Task Clients64_RequestsPerMinute_NeverMoreThanTheBound()
    {
        await using Stage stage = await StartAsync("requests-per-minute: 20");
        long start = TimeProvider.System.GetTimestamp();
        RawResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => stage.AskAsync(stream: i % 2 == 0)));
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        int granted = responses.Count(response => response.Status == 200);
        Assert.InRange(granted, 20, (int)(20 * (1 + (seconds / 60))));
        Assert.Equal(granted, stage.Count);
        Assert.All(responses, response => Assert.Equal("20", response.Header("x-ratelimit-limit-requests")));
        Assert.Equal(granted, responses.Where(response => response.Status == 200).Select(response => response.Header("x-ratelimit-remaining-requests")).Count(remaining => remaining is not null));
    }

    [Fact]
    public async Task Refused_Request_SaysWhatAndWhen()
    {
        await using Stage stage = await StartAsync("requests-per-minute: 1, tokens-per-minute: 10000");
        RawResponse granted = await stage.AskAsync(stream: false, fields: "\"max_tokens\":100,");
        Assert.Equal((200, "1", "0", "1m0s"), (granted.Status, granted.Header("x-ratelimit-limit-requests"), granted.Header("x-ratelimit-remaining-requests"), granted.Header("x-ratelimit-reset-requests")));
        Assert.Equal(("10000", "9900", "600ms"), (granted.Header("x-ratelimit-limit-tokens"), granted.Header("x-ratelimit-remaining-tokens"), granted.Header("x-ratelimit-reset-tokens")));

        RawResponse refused = await stage.AskAsync(stream: true);
        Assert.Equal((429, "requests_per_minute", "rate_limit_error"), (refused.Status, refused.ErrorCode, refused.Error.GetProperty("type").GetString()));
        int seconds = int.Parse(refused.Header("retry-after")!);
        Assert.InRange(seconds, 40, 60);
        Assert.Equal($"The router 'default' has used its 1 requests per minute: try again in {seconds} s.", refused.Error.GetProperty("message").GetString());
        Assert.Equal("0", refused.Header("x-ratelimit-remaining-requests"));
        Assert.Equal(1, stage.Count);

        // Listing and health are not limited.
        using HttpClient http = new();
        foreach (string path in new[] { "/v1/models", "/health/ready" })
            Assert.True((await http.GetAsync(new Uri(stage.Gateway.Address, path))).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tokens_AreSettledWithTheReportedUsage(bool stream)
    {
        await using Stage stage = await StartAsync("tokens-per-minute: 6000");
        const string usage = "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":6500,\"total_tokens\":7500}";
        stage["a-1"].Does = stream
            ? Play.Bytes(Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content("Hello") + Chat.Finish
                + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[]," + usage + "}\n\n" + Chat.Done) + Chat.End)
            : Play.Bytes(Chat.Json("""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],""" + usage + "}"));
        RawResponse first = await stage.AskAsync(stream, fields: "\"max_tokens\":100,");
        Assert.Equal((200, "5900"), (first.Status, first.Header("x-ratelimit-remaining-tokens")));

        // 7500 were used: 1500 and more beyond the limit, at 100 a second.
        await Serving.EventuallyAsync(async () => (await LimitState.ReadAsync(stage, "router", "default", "tokens_per_minute")).Remaining == 0, "it was not settled");
        RawResponse refused = await stage.AskAsync(stream, fields: "\"max_tokens\":100,");
        Assert.Equal((429, "tokens_per_minute", "0"), (refused.Status, refused.ErrorCode, refused.Header("x-ratelimit-remaining-tokens")));
        Assert.InRange(int.Parse(refused.Header("retry-after")!), 2, 16);
    }

    [Fact]
    public async Task Tokens_OfAFailedAnswer_AreGivenBack()
    {
        await using Stage stage = await StartAsync("tokens-per-minute: 6000", "retries: { max-attempts: 1 }");
        stage["a-1"].Does = Play.Status(400);
        RawResponse refused = await stage.AskAsync(fields: "\"max_tokens\":5000,");
        Assert.Equal((400, "1000"), (refused.Status, refused.Header("x-ratelimit-remaining-tokens")));
        await Serving.EventuallyAsync(async () => (await LimitState.ReadAsync(stage, "router", "default", "tokens_per_minute")).Remaining == 6000, "it was not given back");
    }

    [Fact]
    public async Task Stream_CommittedByAKeepalive_HasTheHeaders()
    {
        await using Stage stage = await StartAsync("requests-per-minute: 5", "keepalive: { interval: 50ms }");
        stage["a-1"].Does = Play.Silent;
        using RawClient client = await stage.PostAsync();
        string head = await client.ReadUntilAsync("chatcmpl-keepalive-");
        Assert.Contains("x-ratelimit-limit-requests: 5\r\nx-ratelimit-remaining-requests: 4\r\nx-ratelimit-reset-requests: 12s\r\n", head, StringComparison.Ordinal);
    }

    private static Task<Stage> StartAsync(string limits, string top = "") =>
        Stage.StartAsync($"routers: {{ default: {{ rate-limit: {{ {limits} }} }} }}\n{top}", new StagedProvider("a"));
}
