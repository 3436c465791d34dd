using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>What failures do to a replica's share of the requests, and to the upstreams as a whole.</summary>
public sealed class EjectionTests
{
    private static readonly string[] Replicas = ["a-1", "a-2", "a-3", "a-4"];

    [Fact]
    public async Task Ejected_AtMostHalfOfTheProvider()
    {
        await using Stage stage = await Stage.StartAsync("retries: { max-attempts: 1 }", new StagedProvider("a", 4));
        foreach (string id in Replicas)
            stage[id].Does = Play.Status(502);
        for (int i = 0; i < 40; i++)
            Assert.Equal(502, (await stage.AskAsync(stream: false)).Status);
        string?[] conditions = await Task.WhenAll(Replicas.Select(stage.ConditionOfAsync));
        Assert.Equal(2, conditions.Count(condition => condition == "ejected"));
    }

    [Fact]
    public async Task Ejected_All_WhenAnotherProviderServesTheModel()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 2), new StagedProvider("b"));
        stage["a-1"].Does = stage["a-2"].Does = Play.Status(502);
        for (int i = 0; i < 10; i++)
            Assert.Equal("b", (await stage.AskAsync()).Header("x-gateway-provider"));
        Assert.Equal((3, 3, 10), (stage["a-1"].Count, stage["a-2"].Count, stage["b-1"].Count));
    }

    [Fact]
    public async Task Ejected_ByShare_AlthoughNeverThreeInARow()
    {
        await using Stage stage = await Stage.StartAsync("retries: { budget: 100% }", new StagedProvider("a"), new StagedProvider("b"));
        int seen = 0;
        stage["a-1"].Does = (connection, request) => Interlocked.Increment(ref seen) % 3 == 0 ? Play.Answer(connection, request) : Play.Status(502)(connection, request);
        for (int i = 0; i < 30; i++)
            Assert.Equal(200, (await stage.AskAsync()).Status);
        Assert.Equal((20, "ejected"), (stage["a-1"].Count, await stage.ConditionOfAsync("a-1")));
    }

    [Fact]
    public async Task Ejected_ProbesPass_StaysOut()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", Options: "health: { path: /health, interval: 100ms }"), new StagedProvider("b"));
        stage["a-1"].Does = static (connection, request) =>
            request.StartsWith("GET", StringComparison.Ordinal) ? connection.WriteAsync(Chat.Json("{}")) : Play.Status(503)(connection, request);
        for (int i = 0; i < 3; i++)
            Assert.Equal("b", (await stage.AskAsync()).Header("x-gateway-provider"));
        int probes = stage["a-1"].Probes;
        await Serving.EventuallyAsync(() => stage["a-1"].Probes >= probes + 3, "no probes");
        Assert.Equal("b", (await stage.AskAsync()).Header("x-gateway-provider"));
        Assert.Equal((3, "ejected"), (stage["a-1"].Count, await stage.ConditionOfAsync("a-1")));
    }

    [Fact]
    public async Task Outage_OfEverybody_IsNotDoubled()
    {
        const int Requests = 200;
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 4));
        foreach (string id in Replicas)
            stage[id].Does = Play.Status(502);
        long start = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
            Assert.Equal(502, (await stage.AskAsync(stream: false)).Status));
        // 10 to begin with, a fifth of the requests, and one a second.
        int most = Requests + 10 + (Requests / 5) + (int)TimeProvider.System.GetElapsedTime(start).TotalSeconds + 1;
        Assert.InRange(stage.Count, Requests + 10, most);
    }

    [Fact]
    public async Task Request_ThatBreaksEveryConnection_ReachesOnlySomeReplicas()
    {
        await using Stage stage = await Stage.StartAsync(new StagedProvider("a", 4));
        foreach (string id in Replicas)
            stage[id].Does = Play.Reset;
        RawResponse response = await stage.AskAsync();
        Assert.Equal((502, "upstream_unreachable", "3", 3), (response.Status, response.ErrorCode, response.Header("x-gateway-attempts"), stage.Count));
    }
}
