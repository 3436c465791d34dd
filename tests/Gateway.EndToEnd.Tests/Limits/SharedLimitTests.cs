using System.Collections.Concurrent;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>Two gateway processes, 100 clients and one Redis: the limits are those of one gateway.</summary>
public sealed class SharedLimitTests(ITestOutputHelper output)
{
    private const int Clients = 100;

    /// <summary>What the bound allows beyond exactness.</summary>
    private const double Tolerance = 1.02;

    [Fact]
    public async Task Requests_HundredClientsAtTwoGateways_HoldTheLimitTogether()
    {
        const int Limit = 600;
        await using SharedGateways shared = await SharedGateways.StartAsync($"requests-per-minute: {Limit}");
        int asked = 0;
        (int granted, int refused, double seconds) = await LoadAsync(shared, maxTokens: 1, () => Interlocked.Increment(ref asked) <= 2 * Limit);

        output.WriteLine($"{granted} granted, {refused} refused in {seconds:0.00} s");
        Assert.Equal(2 * Limit, granted + refused);
        AssertHeld(granted, Limit, seconds);
        Assert.Equal(0, await Errors(shared));
    }

    [Fact]
    public async Task Tokens_HundredClientsAtTwoGateways_HoldTheLimitTogether()
    {
        // Each reserves what the answer then says it used.
        const int Limit = 4_000;
        const int Each = 8;
        await using SharedGateways shared = await SharedGateways.StartAsync($"tokens-per-minute: {Limit}");
        int asked = 0;
        (int granted, int refused, double seconds) = await LoadAsync(shared, Each, () => Interlocked.Increment(ref asked) <= 2 * Limit / Each);

        output.WriteLine($"{granted} granted, {refused} refused in {seconds:0.00} s");
        Assert.Equal(2 * Limit / Each, granted + refused);
        AssertHeld(granted * Each, Limit, seconds);
        Assert.Equal(0, await Errors(shared));
    }

    [Fact]
    public async Task Concurrent_HundredClientsAtTwoGateways_IsExact()
    {
        const int Limit = 10;
        await using SharedGateways shared = await SharedGateways.StartAsync($"concurrent-requests: {Limit}");
        for (int round = 0; round < 3; round++)
        {
            TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
            shared.Upstream.Does = async (connection, request) =>
            {
                await released.Task;
                await Play.Answer(connection, request);
            };
            Task<RawResponse>[] asking = [.. Enumerable.Range(0, Clients).Select(number => Task.Run(() => shared.AskAsync(number)))];
            await Serving.EventuallyAsync(() => asking.Count(ask => ask.IsCompleted) == Clients - Limit, "not all others were refused");
            released.SetResult();
            RawResponse[] responses = await Task.WhenAll(asking);
            Assert.Equal((Limit, Clients - Limit), (responses.Count(response => response.Status == 200), responses.Count(response => response.Status == 429)));
            // Slots are given back behind the answer.
            shared.Upstream.Does = Play.Answer;
            await Serving.EventuallyAsync(async () => (await Task.WhenAll(Enumerable.Range(0, Limit).Select(number => shared.AskAsync(number)))).All(response => response.Status == 200), "a slot is lost");
        }
    }

    [Fact]
    public async Task Redis_KilledAndRestartedUnderLoad_NoRequestFails()
    {
        const int Limit = 300;
        await using SharedGateways shared = await SharedGateways.StartAsync($"requests-per-minute: {Limit}");
        using CancellationTokenSource enough = new();
        ConcurrentDictionary<int, int> statuses = new();
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                statuses.AddOrUpdate((await shared.AskAsync(number)).Status, 1, (_, count) => count + 1);
        }))];
        await ServedAsync(statuses, 300);
        await shared.Redis.StopAsync();
        await LoggedAsync(shared, "Redis cannot be used for limits");
        await ServedAsync(statuses, 300);
        await shared.Redis.StartAgainAsync();
        await LoggedAsync(shared, "Redis is used for limits again");
        await ServedAsync(statuses, 300);
        await enough.CancelAsync();
        await Task.WhenAll(clients);

        output.WriteLine(string.Join(", ", statuses.Select(status => $"{status.Key}: {status.Value}")));
        Assert.Empty(statuses.Keys.Except([200, 429]));
        foreach (GatewayProcess gateway in shared.Gateways)
        {
            string[] log = gateway.StandardError.Split('\n');
            Assert.Equal((1, 1), (log.Count(line => line.Contains("Redis cannot be used for limits", StringComparison.Ordinal)), log.Count(line => line.Contains("Redis is used for limits again", StringComparison.Ordinal))));
            Assert.True(await gateway.MetricAsync("gateway_redis_errors_total") > 0);
        }

        // And shared: what one gives, the other one does not.
        await shared.Redis.AskAsync("FLUSHALL");
        int asked = 0;
        (int granted, _, double seconds) = await LoadAsync(shared, maxTokens: 1, () => Interlocked.Increment(ref asked) <= 2 * Limit);
        AssertHeld(granted, Limit, seconds);
    }

    /// <summary>Neither more than the bound allows, nor less than there was to give.</summary>
    private static void AssertHeld(int used, int limit, double seconds)
    {
        Assert.True(used <= limit * (1 + (seconds / 60)) * Tolerance, $"{used} of {limit} in {seconds:0.00} s");
        Assert.True(used >= limit / Tolerance, $"only {used} of {limit}");
    }

    private static async Task<(int Granted, int Refused, double Seconds)> LoadAsync(SharedGateways shared, int maxTokens, Func<bool> goesOn)
    {
        int granted = 0;
        int refused = 0;
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            while (goesOn())
            {
                RawResponse response = await shared.AskAsync(number, maxTokens);
                Assert.Contains(response.Status, new[] { 200, 429 });
                Interlocked.Increment(ref response.Status == 200 ? ref granted : ref refused);
            }
        })));
        return (granted, refused, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    private static Task ServedAsync(ConcurrentDictionary<int, int> statuses, int more)
    {
        int before = statuses.Values.Sum();
        return Serving.EventuallyAsync(() => statuses.Values.Sum() >= before + more, "requests do not go on");
    }

    private static async Task LoggedAsync(SharedGateways shared, string what)
    {
        foreach (GatewayProcess gateway in shared.Gateways)
            await Serving.EventuallyAsync(() => gateway.StandardError.Contains(what, StringComparison.Ordinal), $"'{what}' was not said:\n{gateway.StandardError}");
    }

    private static async Task<double> Errors(SharedGateways shared) =>
        await shared.Gateways[0].MetricAsync("gateway_redis_errors_total") + await shared.Gateways[1].MetricAsync("gateway_redis_errors_total");
}
