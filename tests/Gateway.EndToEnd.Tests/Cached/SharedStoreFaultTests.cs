using System.Collections.Concurrent;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Redis is killed, comes back empty, or hangs, while clients ask: no request fails, no answer is another question's, and afterwards answers are shared again.</summary>
public sealed class SharedStoreFaultTests(ITestOutputHelper output)
{
    private const int Clients = 20;
    private const int Phase = 300;

    [Fact]
    public async Task Redis_KilledAndRestartedUnderLoad_NoRequestFailsAndNoAnswerIsWrong()
    {
        await using SharedCaches caches = await SharedCaches.StartAsync();
        await caches.SharingAsync("before");
        using CancellationTokenSource enough = new();
        ConcurrentDictionary<string, int> met = new();
        int asked = 0;
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskUntilAsync(caches, met, () => Interlocked.Increment(ref asked), enough.Token)))];
        await ServedAsync(met, clients);
        for (int round = 0; round < 2; round++)
        {
            await caches.Redis.StopAsync();
            await ServedAsync(met, clients);
            await caches.Redis.StartAgainAsync();
            await caches.SharingAsync($"round {round}");
            await ServedAsync(met, clients);
        }

        await enough.CancelAsync();
        await Task.WhenAll(clients);
        output.WriteLine(string.Join(", ", met.Select(count => $"{count.Key}: {count.Value}")));
        Assert.Empty(met.Keys.Except(["hit", "miss", "coalesced"]));
        foreach (GatewayProcess gateway in caches.Gateways)
        {
            Assert.Contains("Redis cannot be used for cache:", gateway.StandardError, StringComparison.Ordinal);
            Assert.True(await gateway.MetricAsync("gateway_redis_errors_total") > 0);
        }
    }

    /// <summary>It takes connections and commands and says nothing: one short wait, then a miss; afterwards it is as if nothing had been.</summary>
    [Fact]
    public async Task Redis_Frozen_IsAMissAndThenSharedAgain()
    {
        await using SharedCaches caches = await SharedCaches.StartAsync(timeout: "50ms");
        await caches.SharingAsync("before");
        Signals.Send(caches.Redis.Id, Signals.Stop);
        try
        {
            for (int i = 0; i < 40; i++)
            {
                RawResponse miss = await caches.AskAsync(i % 2, $"frozen {i}", stream: i % 4 < 2);
                Assert.Equal((200, "miss"), CachedStage.Met(miss));
                Assert.Contains(SharedCaches.AnswerTo($"frozen {i}"), miss.Body, StringComparison.Ordinal);
                Assert.Equal("hit", await caches.LookAsync(i % 2, $"frozen {i}"));
            }
        }
        finally
        {
            Signals.Send(caches.Redis.Id, Signals.Continue);
        }

        await caches.SharingAsync("after");
    }

    /// <summary>Each question four times: at both gateways, in both shapes.</summary>
    private static async Task AskUntilAsync(SharedCaches caches, ConcurrentDictionary<string, int> met, Func<int> next, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            int number = next();
            string question = $"question {number / 4}";
            RawResponse response = await caches.AskAsync(number % 2, question, stream: number % 4 < 2);
            bool isRight = response.Body.Contains($"\"{SharedCaches.AnswerTo(question)}\"", StringComparison.Ordinal);
            met.AddOrUpdate(response.Status == 200 && isRight ? response.Header("x-gateway-cache")! : $"{response.Status} to {question}: {response.Body}", 1, static (_, count) => count + 1);
        }
    }

    private static Task ServedAsync(ConcurrentDictionary<string, int> met, Task[] clients)
    {
        int before = met.Values.Sum();
        return Serving.EventuallyAsync(
            async () =>
            {
                if (clients.FirstOrDefault(client => client.IsCompleted) is { } failed)
                    await failed;
                return met.Values.Sum() >= before + Phase;
            },
            "requests do not go on");
    }
}
