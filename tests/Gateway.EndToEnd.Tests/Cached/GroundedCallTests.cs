using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Whoever leads may have no room in its limits, which is known only when Redis has said so: who joined meanwhile is answered all the same.</summary>
public sealed class GroundedCallTests
{
    private const string Poor = "Authorization: Bearer poor-0123456789abcdef\r\n";
    private const string Rich = "Authorization: Bearer rich-0123456789abcdef\r\n";
    /// <summary>Reserves most of what the poor may use in a minute: there is no room for two.</summary>
    private const string Question = "\"max_tokens\":900,";

    private const int Joiners = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leader_IsRefusedWhileOthersWait_OneOfThemLeads(bool stream)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using CachedStage stage = await CachedStage.StartAsync(", scope: shared", $$"""
            auth: { keys: [{ id: poor, key: poor-0123456789abcdef, rate-limit: { tokens-per-minute: 1000 } }, { id: rich, key: rich-0123456789abcdef }] }
            limits: { redis: "{{redis.Url}}", timeout: 10s }
            """);
        await Serving.EventuallyAsync(() => IsSharingAsync(stage, redis), "Redis is not used");
        HeldStream held = HeldStream.OneThenTwo();
        stage.Upstream.Does = held.HoldAsync;
        using RawClient other = await stage.PostAsync(headers: Poor, fields: Question + "\"seed\":1,");
        await other.ReadUntilAsync("one");
        stage.Upstream.Does = Answers.SayNumbers();
        int before = stage.Upstream.Count;
        await redis.AskAsync("CLIENT PAUSE 20000 WRITE");
        using RawClient leader = await stage.PostAsync(stream, Poor, Question);
        await Serving.EventuallyAsync(() => IsAskedAsync(redis), "the leader does not wait for Redis");
        RawClient[] joiners = await Task.WhenAll(Enumerable.Range(0, Joiners).Select(_ => stage.PostAsync(stream, Rich, Question)));
        await stage.AboardAsync(2 + Joiners);
        Assert.Equal(before, stage.Upstream.Count);
        await redis.AskAsync("CLIENT UNPAUSE");

        Assert.Equal(429, (await leader.ReadResponseAsync()).Status);
        RawResponse[] answers = await Task.WhenAll(joiners.Select(joiner => joiner.ReadResponseAsync()));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers, answer => answer.Header("x-gateway-cache") == "miss");
        Assert.Equal(before + 1, stage.Upstream.Count);
        foreach (RawClient joiner in joiners)
            joiner.Dispose();
        held.Release();
        await other.ReadResponseAsync();
        await stage.Stage.Gateway.IdleAsync();
    }

    /// <summary>Whether a request leaves something in Redis.</summary>
    private static async Task<bool> IsSharingAsync(CachedStage stage, RedisServer redis)
    {
        Assert.Equal(200, (await stage.AskAsync(headers: Poor + "x-gateway-cache: bypass\r\n", fields: "\"max_tokens\":1,")).Status);
        return await redis.AskAsync("DBSIZE") != ":0";
    }

    /// <summary>Whether somebody waits for a reply: who leads has boarded by then.</summary>
    private static async Task<bool> IsAskedAsync(RedisServer redis)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, redis.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync("CLIENT LIST\r\nQUIT\r\n"u8.ToArray());
        using StreamReader reader = new(stream);
        return (await reader.ReadToEndAsync()).Contains(" flags=b ", StringComparison.Ordinal);
    }
}
