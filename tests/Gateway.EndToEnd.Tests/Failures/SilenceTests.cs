using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Rows 6 and 7: the upstream takes the request and gives no content.</summary>
public sealed class SilenceTests
{
    private const string Short = "timeouts: { first-byte: 300ms }";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silent_EachReplicaIsAskedOnceThenTheNextProvider(bool afterTheRole)
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 10 }", new StagedProvider("a", 2, Options: Short), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = afterTheRole ? Play.RoleThenSilence : Play.Silent;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "b", "3", Play.StreamBody), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-attempts"), response.Body));
        Assert.Equal((1, 1, 1), (stage["a-1"].Count, stage["a-2"].Count, stage["b-1"].Count));
        Assert.Equal(2, await stage.Gateway.MetricAsync("gateway_upstream_attempts_total", "result=\"first_byte_timeout\""));
    }

    [Fact]
    public async Task Silent_NobodyElse_IsNotAskedAgain()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 10 }", new StagedProvider("a", 2, Options: Short));
        stage["a-1"].Does = Play.RoleThenSilence;
        stage["a-2"].Does = Play.Silent;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((504, "first_byte_timeout", "2"), (response.Status, response.ErrorCode, response.Header("x-gateway-attempts")));
        Assert.Equal((1, 1), (stage["a-1"].Count, stage["a-2"].Count));
    }

    [Fact]
    public async Task Silent_AllAttempts_StayInsideTheDeadline()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 10 }", new StagedProvider("a", 4, Options: Short));
        foreach (string id in new[] { "a-1", "a-2", "a-3", "a-4" })
            stage[id].Does = Play.Silent;
        RawResponse response = await stage.AskAsync(headers: "x-gateway-timeout: 700ms\r\n");
        // Another attempt is not begun when what is left is too short for one.
        Assert.Equal((504, "timeout_error"), (response.Status, response.Error.GetProperty("type").GetString()));
        Assert.InRange(stage.Count, 1, 3);
    }

    [Fact]
    public async Task Silent_UnaryRequest_HasNoFirstByteDeadline()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", Options: "timeouts: { first-byte: 100ms }"), new StagedProvider("b"));
        stage["a-1"].Does = static async (connection, request) =>
        {
            // Longer than the deadline that it must not have.
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            await Play.Answer(connection, request);
        };
        RawResponse response = await stage.AskAsync(stream: false);
        Assert.Equal((200, "a", Play.UnaryBody), (response.Status, response.Header("x-gateway-provider"), response.Body));
    }

    [Fact]
    public async Task Silent_UnaryRequest_EndsWithTheTotal()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2, Options: "timeouts: { total: 400ms }"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Silent;
        RawResponse response = await stage.AskAsync(stream: false);
        Assert.Equal((504, "total_timeout", 1), (response.Status, response.ErrorCode, stage.Count));
    }

    [Fact]
    public async Task RoleThenSilence_IsHedgedAfterTheDelay_AndNothingOfTheLoserIsSeen()
    {
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 100ms }", new StagedProvider("a", 2));
        HeldRequests held = new(Chat.StreamHead + Play.Chunk(Chat.Role.Replace("\"c\"", "\"loser\"", StringComparison.Ordinal)));
        stage["a-1"].Does = held.HoldAsync;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "a-2", "2", "true"),
            (response.Status, response.Header("x-gateway-replica"), response.Header("x-gateway-attempts"), response.Header("x-gateway-hedged")));
        Assert.Equal(Play.StreamBody, response.Body);
        await held.ClosedAsync();
    }

    [Fact]
    public async Task RoleThenSilence_HedgeIsSilentToo_FallsBackAfterFirstByte()
    {
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 100ms }", new StagedProvider("a", 2, Options: Short), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = Play.RoleThenSilence;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "b", "3", Play.StreamBody), (response.Status, response.Header("x-gateway-provider"), response.Header("x-gateway-attempts"), response.Body));
        Assert.Equal("a-1:first_byte_timeout a-2:first_byte_timeout b-1:ok", await stage.AttemptsOfAsync(response));
    }

    [Fact]
    public async Task RoleThenSilence_HedgedAndNobodyElse_NoneIsAskedTwice()
    {
        await using Stage stage = await Stage.StartAsync("""
            hedging: { delay: 100ms }
            retries: { max-attempts: 5 }
            """, new StagedProvider("a", 2, Options: Short));
        stage["a-1"].Does = stage["a-2"].Does = Play.RoleThenSilence;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((504, "first_byte_timeout"), (response.Status, response.ErrorCode));
        Assert.Equal((1, 1), (stage["a-1"].Count, stage["a-2"].Count));
    }

    [Theory]
    [InlineData(60, "b")]
    [InlineData(70, "a")]
    public async Task Comments_AreHeldUpTo64KiB_ThenTheReplicaIsChosen(int kibibytes, string provider)
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a"), new StagedProvider("b"));
        string comments = string.Concat(Enumerable.Repeat(":" + new string('x', 1021) + "\n\n", kibibytes));
        stage["a-1"].Does = Play.BytesThenEnd(Chat.StreamHead + Play.Chunk(comments));
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, provider), (response.Status, response.Header("x-gateway-provider")));
        if (provider == "b")
            Assert.Equal(Play.StreamBody, response.Body);
        else
            Assert.Contains("\"code\":\"upstream_incomplete\"", response.Events[^1]);
    }
}
