using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>Hedging from outside: who wins, and what becomes of the others.</summary>
public sealed class HedgeRaceTests
{
    private const string After50 = "hedging: { delay: 50ms, budget: 100% }";

    // Documented: 100 ms. The tests share their processors, so they fail only at a multiple.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("")]
    [InlineData("head")]
    [InlineData("role")]
    public async Task Hedge_HasContentFirst_WinsAndTheOthersConnectionIsClosedAtOnce(string says)
    {
        HeldRequests slow = new(says switch { "head" => Chat.StreamHead, "role" => Chat.StreamHead + Play.Chunk(Chat.Role), _ => "" });
        await using Stage stage = await Stage.StartAsync(After50, new StagedProvider("a", 2));
        stage["a-1"].Does = slow.HoldAsync;
        RawResponse response = await stage.AskAsync();
        long answered = TimeProvider.System.GetTimestamp();
        Assert.InRange(TimeProvider.System.GetElapsedTime(answered, await slow.ClosedAsync()), -AtOnce, AtOnce);
        Assert.Equal((200, "a-2", "2", "true", Play.StreamBody), (response.Status, response.Header("x-gateway-replica"), response.Header("x-gateway-attempts"),
            response.Header("x-gateway-hedged"), response.Body));

        JsonElement log = await stage.LogOfAsync(response);
        Assert.Equal("a-1:cancelled a-2:ok", string.Join(' ', Stage.Attempts(log).Split(' ').Order()));
        Assert.Single(log.GetProperty("attempts").EnumerateArray(), attempt => attempt.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "hedge");
        Assert.Equal((1, 0), (await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"won\"", "model=\"m\""), await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"lost\"")));
        // Slow is not broken, and a hedge is no retry.
        Assert.Equal("usable", await stage.ConditionOfAsync("a-1"));
        Assert.Equal(0, await stage.Gateway.MetricAsync("gateway_retries_total"));
        await stage.Gateway.IdleAsync();
    }

    [Fact]
    public async Task First_HasContentAfterAll_WinsAndTheHedgeIsClosedAtOnce()
    {
        HeldRequests first = new(), hedge = new(Chat.StreamHead + Play.Chunk(Chat.Role));
        await using Stage stage = await Stage.StartAsync(After50, new StagedProvider("a", 2));
        stage["a-1"].Does = first.HoldAsync;
        stage["a-2"].Does = hedge.HoldAsync;
        Task<RawResponse> asked = stage.AskAsync();
        await hedge.ArrivedAsync();
        first.Release();
        RawResponse response = await asked;
        Assert.Equal(("a-1", "2", "true", Play.StreamBody),
            (response.Header("x-gateway-replica"), response.Header("x-gateway-attempts"), response.Header("x-gateway-hedged"), response.Body));
        await hedge.ClosedAsync();
        Assert.Equal("a-1:ok a-2:cancelled", string.Join(' ', (await stage.AttemptsOfAsync(response)).Split(' ').Order()));
        Assert.Equal((0, 1), (await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"won\""), await stage.Gateway.MetricAsync("gateway_hedges_total", "result=\"lost\"")));
    }

    [Theory]
    [InlineData("close")]
    [InlineData("fin")]
    [InlineData("reset")]
    public async Task Client_LeavesWhileBothRun_BothAreClosedAtOnce(string how)
    {
        HeldRequests first = new(), hedge = new(Chat.StreamHead + Play.Chunk(Chat.Role));
        await using Stage stage = await Stage.StartAsync(After50, new StagedProvider("a", 2));
        stage["a-1"].Does = first.HoldAsync;
        stage["a-2"].Does = hedge.HoldAsync;
        using RawClient client = await stage.PostAsync(headers: "x-request-id: leaver\r\n");
        await first.ArrivedAsync();
        await hedge.ArrivedAsync();
        long left = TimeProvider.System.GetTimestamp();
        if (how == "reset")
            client.Reset();
        else if (how == "fin")
            client.HalfClose();
        else
            client.Dispose();
        foreach (HeldRequests held in new[] { first, hedge })
            Assert.InRange(TimeProvider.System.GetElapsedTime(left, await held.ClosedAsync()), TimeSpan.Zero, AtOnce);
        Assert.Equal("client_closed", (await stage.Gateway.LogOfAsync("leaver")).GetProperty("outcome").GetString());
        await stage.Gateway.IdleAsync();
        Assert.Equal(("usable", "usable"), (await stage.ConditionOfAsync("a-1"), await stage.ConditionOfAsync("a-2")));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(400)]
    [InlineData(429)]
    public async Task Hedge_Fails_TheFirstOneMayStillAnswer(int status)
    {
        HeldRequests first = new();
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Stage stage = await Stage.StartAsync(After50, new StagedProvider("a", 2));
        stage["a-1"].Does = first.HoldAsync;
        stage["a-2"].Does = async (connection, request) =>
        {
            await Play.Status(status)(connection, request);
            refused.SetResult();
        };
        Task<RawResponse> asked = stage.AskAsync();
        await refused.Task;
        first.Release();
        RawResponse response = await asked;
        Assert.Equal((200, "a-1", Play.StreamBody), (response.Status, response.Header("x-gateway-replica"), response.Body));
    }

    [Fact]
    public async Task First_FailsWhileTheHedgeRuns_TheHedgeGoesOn()
    {
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Stage stage = await Stage.StartAsync(After50, new StagedProvider("a", 3));
        stage["a-1"].Does = async (connection, request) =>
        {
            await fail.Task;
            await Play.Status(503)(connection, request);
        };
        stage["a-2"].Does = async (connection, request) =>
        {
            await connection.WriteAsync(Chat.StreamHead);
            fail.SetResult();
            await connection.ChunkAsync(Chat.Role + Chat.Content("Hello") + Chat.Finish + Chat.Done);
            await connection.WriteAsync(Chat.End);
        };
        RawResponse response = await stage.AskAsync();
        Assert.Equal((200, "a-2", Play.StreamBody, 0), (response.Status, response.Header("x-gateway-replica"), response.Body, stage["a-3"].Count));
    }

    [Fact]
    public async Task Hedges_Several_EachGoesToAnother()
    {
        HeldRequests slow = new();
        await using Stage stage = await Stage.StartAsync("hedging: { delay: 50ms, budget: 100%, max-hedges: 2 }", new StagedProvider("a", 2), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = slow.HoldAsync;
        RawResponse response = await stage.AskAsync();
        await slow.ClosedAsync();
        await slow.ClosedAsync();
        Assert.Equal(("b-1", "3", "true"), (response.Header("x-gateway-replica"), response.Header("x-gateway-attempts"), response.Header("x-gateway-hedged")));
        Assert.Equal((1, 1), (stage["a-1"].Count, stage["a-2"].Count));
    }
}
