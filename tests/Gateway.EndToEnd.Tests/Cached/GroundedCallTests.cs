using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Whoever leads may have no room in its limits, which is known only when Redis has said so: who joined meanwhile is answered all the same.</summary>
public sealed class GroundedCallTests
{
    private const string Poor = "Authorization: Bearer poor-0123456789abcdef\r\n";
    private const string Rich = "Authorization: Bearer rich-0123456789abcdef\r\n";
    private const int Joiners = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leader_IsRefusedWhileOthersWait_OneOfThemLeads(bool stream)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using CachedStage stage = await CachedStage.StartAsync(", scope: shared", $$"""
            auth: { keys: [{ id: poor, key: poor-0123456789abcdef, rate-limit: { tokens-per-minute: 10 } }, { id: rich, key: rich-0123456789abcdef }] }
            limits: { redis: "{{redis.Url}}", timeout: 10s }
            """);
        // Redis counts: each of these is refused and leaves that behind.
        await Serving.EventuallyAsync(async () => (await stage.AskAsync(stream, Poor, "\"max_tokens\":1000,\"seed\":1,")).Status == 429 && await redis.AskAsync("DBSIZE") != ":0", "Redis is not used");
        Signals.Send(redis.Id, Signals.Stop);
        using RawClient leader = await stage.PostAsync(stream, Poor, "\"max_tokens\":1000,");
        await ActiveAsync(stage, 1);
        RawClient[] joiners = await Task.WhenAll(Enumerable.Range(0, Joiners).Select(_ => stage.PostAsync(stream, Rich, "\"max_tokens\":1000,")));
        await ActiveAsync(stage, 1 + Joiners);
        Assert.Equal(0, stage.Upstream.Count);
        Signals.Send(redis.Id, Signals.Continue);

        Assert.Equal(429, (await leader.ReadResponseAsync()).Status);
        RawResponse[] answers = await Task.WhenAll(joiners.Select(joiner => joiner.ReadResponseAsync()));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers, answer => answer.Header("x-gateway-cache") == "miss");
        Assert.Equal(1, stage.Upstream.Count);
        foreach (RawClient joiner in joiners)
            joiner.Dispose();
        await stage.Stage.Gateway.IdleAsync();
    }

    private static Task ActiveAsync(CachedStage stage, int count) =>
        Serving.EventuallyAsync(async () => await stage.Stage.Gateway.MetricAsync("gateway_active_requests") == count, $"not {count} are active");
}
