using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Routing;

/// <summary><c>prefix-affinity</c> from outside: a session stays where its KV cache is.</summary>
public sealed class AffinityTests
{
    private static readonly string[] Replicas = ["a-1", "a-2", "a-3", "b-1"];

    private static readonly string Affinity = StrategyTests.Balance("prefix-affinity", "[a, b]");

    [Theory]
    [InlineData("x-session-id: {0}\r\n", "")]
    [InlineData("x-dynamo-session-id: {0}\r\nx-session-id: other\r\n", "")]
    [InlineData("", "\"user\":\"{0}\",")]
    [InlineData("", "\"prompt_cache_key\":\"{0}\",\"user\":\"other\",")]
    public async Task Session_StaysOnOneReplica_AndSessionsAreSpread(string headers, string fields)
    {
        await using Stage stage = await Stage.StartAsync(Affinity, new StagedProvider("a", 3), new StagedProvider("b"));
        HashSet<string> homes = [];
        for (int session = 0; session < 16; session++)
        {
            string home = await AskAsync(stage, headers, fields, session);
            for (int i = 0; i < 3; i++)
                Assert.Equal(home, await AskAsync(stage, headers, fields, session));
            homes.Add(home);
        }

        Assert.Equal(Replicas, homes.Order());
    }

    [Fact]
    public async Task Session_HomeIsDrained_MovesAwayComesBackAndTheOthersStay()
    {
        await using Stage stage = await Stage.StartAsync(Affinity, new StagedProvider("a", 3), new StagedProvider("b"));
        string[] before = await HomesAsync(stage);
        await stage.DrainAsync("a-2");
        string[] drained = await HomesAsync(stage);
        Assert.DoesNotContain("a-2", drained);
        for (int i = 0; i < before.Length; i++)
            Assert.True(before[i] == "a-2" || before[i] == drained[i], $"session {i} moved from {before[i]} to {drained[i]}");
        await stage.UndrainAsync("a-2");
        Assert.Equal(before, await HomesAsync(stage));
    }

    [Fact]
    public async Task Session_IsHedged_StaysAtHome()
    {
        await using Stage stage = await Stage.StartAsync(Affinity + "\nhedging: { delay: 50ms, budget: 100% }", new StagedProvider("a", 3), new StagedProvider("b"));
        const string Header = "x-session-id: {0}\r\n", Unhedged = Header + "x-gateway-hedge: off\r\n";
        string home = await AskAsync(stage, Unhedged, "", 7);
        HeldRequests slow = new();
        stage[home].Does = slow.HoldAsync;
        string hedge = await AskAsync(stage, Header, "", 7);
        Assert.NotEqual(home, hedge);
        // The same neighbour every time: it has the prefix by then.
        Assert.Equal(hedge, await AskAsync(stage, Header, "", 7));
        stage[home].Does = Play.Answer;
        Assert.Equal(home, await AskAsync(stage, Unhedged, "", 7));
    }

    [Fact]
    public async Task Session_HotOne_SpillsOverAndComesHome()
    {
        await using Stage stage = await Stage.StartAsync(Affinity, new StagedProvider("a", 3), new StagedProvider("b"));
        string home = await AskAsync(stage, "x-session-id: {0}\r\n", "", 7);
        HeldRequests held = new(Chat.StreamHead + Play.Chunk(Chat.Content("first")));
        foreach (string id in Replicas)
            stage[id].Does = held.HoldAsync;
        List<RawClient> clients = [];
        for (int i = 0; i < 12; i++)
        {
            clients.Add(await stage.PostAsync(headers: "x-session-id: s7\r\n"));
            await held.ArrivedAsync();
        }

        // At most a quarter over the mean of 3, and one.
        Assert.InRange(stage[home].Count - 1, 3, 6);
        clients.ForEach(static client => client.Dispose());
        await stage.Gateway.IdleAsync();
        stage[home].Does = Play.Answer;
        Assert.Equal(home, await AskAsync(stage, "x-session-id: {0}\r\n", "", 7));
    }

    private static async Task<string[]> HomesAsync(Stage stage)
    {
        string[] homes = new string[24];
        for (int i = 0; i < homes.Length; i++)
            homes[i] = await AskAsync(stage, "x-session-id: {0}\r\n", "", i);
        return homes;
    }

    private static async Task<string> AskAsync(Stage stage, string headers, string fields, int session)
    {
        RawResponse response = await stage.AskAsync(headers: headers.Replace("{0}", $"s{session}", StringComparison.Ordinal), fields: fields.Replace("{0}", $"s{session}", StringComparison.Ordinal));
        Assert.Equal(200, response.Status);
        return response.Header("x-gateway-replica")!;
    }
}
