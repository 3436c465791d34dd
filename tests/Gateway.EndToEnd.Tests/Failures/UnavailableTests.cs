using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 3, 4 and 24: the upstream says that it fails, is overloaded or is degraded.</summary>
public sealed class UnavailableTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServerError_OneMoreTryAndNoThird(bool stream)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 3));
        foreach (string id in new[] { "a-1", "a-2", "a-3" })
            stage[id].Does = Play.Status(500);
        RawResponse response = await stage.AskAsync(stream);
        Assert.Equal((502, "upstream_failed", "2"), (response.Status, response.ErrorCode, response.Header("x-gateway-attempts")));
        Assert.Equal((2, "it said no"), (stage.Count, response.Error.GetProperty("message").GetString()));
        Assert.InRange(new[] { "a-1", "a-2", "a-3" }.Max(id => stage[id].Count), 1, 1);
    }

    [Theory]
    [InlineData(500, "upstream_failed")]
    [InlineData(502, "upstream_failed")]
    [InlineData(503, "upstream_overloaded")]
    [InlineData(504, "upstream_failed")]
    public async Task Fails_AnotherReplicaAnswers_AndThreeInARowEject(int status, string result)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        stage["a-1"].Does = Play.Status(status);
        for (int i = 0; i < 12; i++)
        {
            RawResponse response = await stage.AskAsync(stream: i % 2 == 0);
            Assert.Equal((200, "a-2"), (response.Status, response.Header("x-gateway-replica")));
            if (stage["a-1"].Count == 1 && response.Header("x-gateway-attempts") == "2")
                Assert.Equal($"a-1:{result} a-2:ok", await stage.AttemptsOfAsync(response));
        }

        // Every other request went to it first; after the third failure none does for 5 s.
        Assert.Equal((3, 12, "ejected"), (stage["a-1"].Count, stage["a-2"].Count, await stage.ConditionOfAsync("a-1")));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_replica_ejections_total", "replica=\"a-1\""));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_up", "replica=\"a-1\""));
    }

    [Fact]
    public async Task Fails_NobodyElse_IsAskedAgainAndTheStatusIsTrue()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"));
        stage["a-1"].Does = Play.Status(503);
        RawResponse response = await stage.AskAsync();
        Assert.Equal((503, "upstream_overloaded", "3", 3), (response.Status, response.ErrorCode, response.Header("x-gateway-attempts"), stage.Count));
        Assert.InRange(int.Parse(response.Header("retry-after")!), 1, 30);

        // Ejected, but the only one: tried rather than nothing.
        stage["a-1"].Does = Play.Answer;
        Assert.Equal(200, (await stage.AskAsync()).Status);
    }

    [Theory]
    [InlineData(529, "it said no")]
    [InlineData(503, "All workers are busy, please retry later")]
    [InlineData(503, "the model is overloaded")]
    public async Task Overloaded_RestsAndIsNeverEjected(int status, string message)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2));
        stage["a-1"].Does = Play.Status(status, message: message);
        for (int i = 0; i < 10; i++)
            Assert.Equal((200, "a-2"), (await stage.AskAsync() is var response ? response.Status : 0, response.Header("x-gateway-replica")));
        Assert.InRange(stage["a-1"].Count, 1, 3);
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_replica_ejections_total"));
        Assert.Equal(1, await stage.Gateway.MetricAsync("gateway_replica_up", "replica=\"a-1\""));
    }

    [Fact]
    public async Task Overloaded_NobodyElse_Is503WithRetryAfter()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-retry-after: 0s }", new StagedProvider("a"));
        stage["a-1"].Does = Play.Status(529);
        RawResponse response = await stage.AskAsync(stream: false);
        Assert.Equal((503, "upstream_overloaded", "overloaded_error"), (response.Status, response.ErrorCode, response.Error.GetProperty("type").GetString()));
        Assert.InRange(int.Parse(response.Header("retry-after")!), 1, 2);
    }

    [Theory]
    [InlineData("{\"detail\":\"Function id 'f': DEGRADED function cannot be invoked\"}")]
    [InlineData("{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"Function id 'f': DEGRADED function cannot be invoked\"}")]
    [InlineData("{\"error\":{\"message\":\"DEGRADED function cannot be invoked\",\"code\":400}}")]
    public async Task Degraded_IsTakenFor503(string body)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 1, "m, only"), new StagedProvider("b"));
        stage["a-1"].Does = Play.Bytes(Chat.Json(body, "400 Bad Request"));
        RawResponse alone = await stage.AskAsync(model: "only", headers: "x-gateway-timeout: 900ms\r\n");
        Assert.Equal((503, "upstream_overloaded"), (alone.Status, alone.ErrorCode));
        Assert.NotNull(alone.Header("retry-after"));
        Assert.Equal((200, "b"), (await stage.AskAsync() is var response ? response.Status : 0, response.Header("x-gateway-provider")));
    }
}
