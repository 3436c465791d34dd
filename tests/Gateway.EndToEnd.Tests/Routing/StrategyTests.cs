using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Routing;

/// <summary>Balancing strategies from outside: who is asked, counted at the upstreams.</summary>
public sealed class StrategyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Weighted_ThreeToOne_SharesAreExactOverManyRequests(int clients)
    {
        await using Stage stage = await Stage.StartAsync(
            Balance("weighted", "[{ name: a, weight: 3 }, { name: b, weight: 1 }]"), new StagedProvider("a", 2), new StagedProvider("b"));
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (_, _) =>
            Assert.Equal(200, (await stage.AskAsync(stream: false)).Status));
        Assert.InRange(stage["b-1"].Count, 95, 105);
        // A provider's weight is split over its replicas.
        Assert.InRange(stage["a-1"].Count, 145, 155);
        Assert.Equal(400, stage.Count);
    }

    [Fact]
    public async Task Weighted_HeavierFails_TheOtherIsTheFallback()
    {
        await using Stage stage = await Stage.StartAsync(
            Balance("weighted", "[{ name: a, weight: 99 }, { name: b, weight: 1 }]"), new StagedProvider("a"), new StagedProvider("b"));
        stage["a-1"].Does = Play.Status(502);
        for (int i = 0; i < 20; i++)
            Assert.Equal("b", (await stage.AskAsync()).Header("x-gateway-provider"));
        Assert.Equal((3, 20), (stage["a-1"].Count, stage["b-1"].Count));
    }

    [Fact]
    public async Task RoundRobin_EveryReplicaInTurn()
    {
        await using Stage stage = await Stage.StartAsync(Balance("round-robin", "[a, b]"), new StagedProvider("a", 2), new StagedProvider("b"));
        for (int i = 0; i < 30; i++)
            await stage.AskAsync(stream: false);
        Assert.Equal((10, 10, 10), (stage["a-1"].Count, stage["a-2"].Count, stage["b-1"].Count));
    }

    [Fact]
    public async Task LeastRequests_BusyReplicasGetNothing()
    {
        await using Stage stage = await Stage.StartAsync(Balance("least-requests", "[a]"), new StagedProvider("a", 3));
        HeldRequests held = new(Chat.StreamHead + Play.Chunk(Chat.Content("first")));
        stage["a-1"].Does = stage["a-2"].Does = held.HoldAsync;
        List<RawClient> busy = [];
        while (stage["a-1"].Count + stage["a-2"].Count < 2)
        {
            busy.Add(await stage.PostAsync());
            await busy[^1].ReadUntilAsync("data: ");
        }

        int before = stage["a-3"].Count;
        for (int i = 0; i < 10; i++)
            Assert.Equal("a-3", await AskAndEndAsync(stage));
        Assert.Equal((1, 1, before + 10), (stage["a-1"].Count, stage["a-2"].Count, stage["a-3"].Count));
        busy.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Latency_SlowReplica_IsAvoided()
    {
        await using Stage stage = await Stage.StartAsync(Balance("latency", "[a, b]"), new StagedProvider("a", 2), new StagedProvider("b"));
        stage["a-1"].Does = static async (connection, request) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
            await Play.Answer(connection, request);
        };
        // Everybody is seen once, and then again and again.
        for (int i = 0; i < 100; i++)
            Assert.Equal(200, (await stage.AskAsync(stream: i % 2 == 0)).Status);
        Assert.InRange(stage["a-1"].Count, 0, 10);
        Assert.InRange(stage["a-2"].Count, 15, 85);
        Assert.InRange(stage["b-1"].Count, 15, 85);
    }

    [Fact]
    public async Task Priority_FirstProviderTakesAll()
    {
        await using Stage stage = await Stage.StartAsync(Balance("priority", "[b, a]"), new StagedProvider("a"), new StagedProvider("b", 2));
        for (int i = 0; i < 20; i++)
            await AskAndEndAsync(stage);
        Assert.Equal((0, 10, 10), (stage["a-1"].Count, stage["b-1"].Count, stage["b-2"].Count));
    }

    /// <summary>The log line comes when the request is counted no longer, which is a moment after its answer.</summary>
    private static async Task<string?> AskAndEndAsync(Stage stage)
    {
        RawResponse response = await stage.AskAsync();
        await stage.LogOfAsync(response);
        return response.Header("x-gateway-replica");
    }

    internal static string Balance(string strategy, string providers) =>
        $"routers: {{ default: {{ load-balance: {{ chat: {{ strategy: {strategy}, providers: {providers} }} }} }} }}";
}
