using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 1 and 2: 429.</summary>
public sealed class RateLimitTests
{
    public static TheoryData<string, int, int> Forms => new()
    {
        { "Retry-After: 60", 60, 60 },
        { "retry-after: 59.2", 59, 60 },
        { "Retry-After: {date+60}", 57, 60 },
        { "retry-after-ms: 60000", 60, 60 },
        { "retry-after-ms: 60000\r\nRetry-After: 3", 60, 60 },
        { "x-ratelimit-reset-requests: 1m0s", 60, 60 },
        { "x-ratelimit-reset-tokens: 60", 60, 60 },
        { "x-ratelimit-reset: {epoch+60}", 57, 60 },
        { "x-ratelimit-reset-requests: 20ms\r\nx-ratelimit-reset-tokens: 1m", 60, 60 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task RateLimited_LongerThanMaxRetryAfter_TheClientIsToldTheSameTime(string header, int least, int most)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        DateTimeOffset then = TimeProvider.System.GetUtcNow().AddSeconds(60);
        string line = header.Replace("{date+60}", then.ToString("r", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{epoch+60}", then.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        stage["a-1"].Does = Play.Status(429, line + "\r\n");

        RawResponse refused = await stage.AskAsync();
        Assert.Equal((429, "upstream_rate_limited", "rate_limit_error"), (refused.Status, refused.ErrorCode, refused.Error.GetProperty("type").GetString()));
        Assert.InRange(int.Parse(refused.Header("retry-after")!), least, most);
        Assert.Equal(("1", "it said no"), (refused.Header("x-gateway-attempts"), refused.Error.GetProperty("message").GetString()));

        // It cools down: the next one is told without asking.
        RawResponse next = await stage.AskAsync(stream: false);
        Assert.Equal((429, "upstream_rate_limited"), (next.Status, next.ErrorCode));
        Assert.InRange(int.Parse(next.Header("retry-after")!), 1, most);
        Assert.Equal((1, "cooling"), (stage.Count, await stage.ConditionOfAsync("a-1")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RateLimited_AnotherReplica_IsAskedAtOnceAndTheLimitedOneRests(bool stream)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        stage["a-1"].Does = stage["a-2"].Does = Play.First(1, Play.Status(429, "Retry-After: 60\r\n"), Play.Answer);
        stage["a-2"].Does = Play.Answer;
        for (int i = 0; i < 6; i++)
            Assert.Equal((200, "a-2"), (await stage.AskAsync(stream) is var response ? response.Status : 0, response.Header("x-gateway-replica")));
        Assert.Equal((1, 6), (stage["a-1"].Count, stage["a-2"].Count));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_retries_total", "reason=\"upstream_rate_limited\""));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_ejections_total"));
    }

    [Fact]
    public async Task RateLimited_OnlyReplica_IsAskedAgainWhenItsTimeIsOver()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.First(1, Play.Status(429, "Retry-After: 1\r\n"), Play.Answer);
        long start = TimeProvider.System.GetTimestamp();
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "2", Play.StreamBody), (response.Status, response.Header("x-gateway-attempts"), response.Body));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 1, 15);
        Assert.Equal("a-1:upstream_rate_limited a-1:ok", await stage.AttemptsOfAsync(response));
    }

    [Fact]
    public async Task RateLimited_WaitIsLongerThanTheDeadline_IsNotBegun()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Status(429, "Retry-After: 20\r\n");
        RawResponse response = await stage.AskAsync(headers: "x-gateway-timeout: 10s\r\n");
        Assert.Equal((429, "20", 1), (response.Status, response.Header("retry-after"), stage.Count));
    }

    [Theory]
    [InlineData("api-key: k", 1, 0)]
    [InlineData("", 1, 1)]
    public async Task RateLimited_ProviderWithAKey_CoolsAsAWhole(string options, int first, int second)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2, Options: options), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(429, "Retry-After: 60\r\n");
        for (int i = 0; i < 3; i++)
        {
            RawResponse response = await stage.AskAsync();
            Assert.Equal((200, "b"), (response.Status, response.Header("x-gateway-provider")));
        }

        Assert.Equal((first + second, 3), (stage["a-1"].Count + stage["a-2"].Count, stage["b-1"].Count));
        Assert.Equal("cooling", await stage.ConditionOfAsync("a-2"));
    }

    [Fact]
    public async Task RateLimited_ForEver_NobodyElse_Is429AfterFewAttempts()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-retry-after: 0s }", new StagedProvider("a", 4));
        foreach (string id in new[] { "a-1", "a-2", "a-3", "a-4" })
            stage[id].Does = Play.Status(429);
        RawResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => stage.AskAsync()));
        Assert.All(responses, response => Assert.Equal((429, "upstream_rate_limited"), (response.Status, response.ErrorCode)));
        Assert.All(responses, response => Assert.InRange(int.Parse(response.Header("retry-after")!), 1, 2));
        // 30 requests in one burst: each replica may be asked by those that were under way, and by no retry beyond the budget.
        Assert.InRange(stage.Count, 4, 30 + 16);

        int asked = stage.Count;
        Assert.Equal(429, (await stage.AskAsync()).Status);
        Assert.InRange(stage.Count, asked, asked + 3);
    }

    [Fact]
    public async Task RateLimited_ForEver_TheFallbackAnswersAndTheLimitedOneIsLeftAlone()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 4, Options: "api-key: k"), new StagedProvider("b"));
        foreach (string id in new[] { "a-1", "a-2", "a-3", "a-4" })
            stage[id].Does = Play.Status(429, "Retry-After: 60\r\n");
        for (int i = 0; i < 20; i++)
        {
            RawResponse response = await stage.AskAsync(stream: i % 2 == 0);
            Assert.Equal((200, "b-1"), (response.Status, response.Header("x-gateway-replica")));
        }

        Assert.Equal(21, stage.Count);
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_fallbacks_total", "from=\"a\"", "to=\"b\""));
        Assert.Equal(20, await stage.Gateway.MetricAsync("gateway_requests_total", "provider=\"b\"", "outcome=\"ok\""));
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("reset")]
    public async Task Client_LeavesWhileItsRequestWaits_NobodyIsAskedAgain(string how)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Status(429, "Retry-After: 20\r\n");
        using RawClient client = await stage.PostAsync(headers: "x-request-id: leaver\r\n");
        await Serving.EventuallyAsync(async () => await stage.ConditionOfAsync("a-1") == "cooling", "it was not asked");
        if (how == "reset")
            client.Reset();
        else
            client.HalfClose();
        JsonElement log = await stage.Gateway.LogOfAsync("leaver");
        Assert.Equal(("client_closed", "a-1:upstream_rate_limited", 1), (log.GetProperty("outcome").GetString(), Stage.Attempts(log), stage.Count));
        Assert.InRange(log.GetProperty("duration_ms").GetDouble(), 0, 15_000);
        await stage.Gateway.IdleAsync();
    }
}
