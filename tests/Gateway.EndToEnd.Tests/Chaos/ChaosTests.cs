using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>
/// Four replicas are killed, frozen, slowed and restarted at random under many clients: every answer is whole and right or ends in a clear error,
/// in time, and nothing is left behind. <see cref="ChaosPlan"/> has the size.
/// </summary>
[Collection(nameof(ChaosTests))]
[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public sealed class ChaosTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private readonly ChaosPlan _plan = ChaosPlan.Read();
    private readonly List<ChaosReplica> _replicas = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<string, int> _faults = new();
    private readonly StringBuilder _table = new();
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        // Not the seed: two runs with the same one may share a machine.
        Random ports = new(Environment.ProcessId);
        for (int i = 0; i < _plan.Replicas; i++)
            _replicas.Add(await ChaosReplica.StartAsync(ports));
        _gateway = await GatewayProcess.ServeAsync(_plan.Configuration(_replicas.Select(replica => replica.Address)));
        _http.BaseAddress = _gateway.Address;
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (ChaosReplica replica in _replicas)
            await replica.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Gateway_InAStorm_AnswersRightOrWithAnErrorAndLeavesNothingBehind()
    {
        await LoadAsync(_plan.WarmUp, storm: false);
        await IdleAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        long before = _gateway.ResidentBytes();

        ChaosTally tally = await LoadAsync(_plan.Storm, storm: true);
        long ended = TimeProvider.System.GetTimestamp();
        await IdleAsync();
        _table.AppendLine($"| nothing left behind after | {TimeProvider.System.GetElapsedTime(ended).TotalSeconds:0.0} s |");
        await EveryReplicaAnswersAsync();
        TimeSpan recovered = TimeProvider.System.GetElapsedTime(ended);
        await Task.Delay(_plan.Calm > recovered ? _plan.Calm - recovered : TimeSpan.Zero, TimeProvider.System);
        long after = _gateway.ResidentBytes();

        Report(tally, recovered, before, after);
        Assert.Empty(tally.Problems);
        Assert.True(tally.Complete > 0, "no answer was complete");
        Assert.True(after <= before * _plan.MemoryFactor, $"{after:N0} bytes resident after the storm, {before:N0} before");
        Assert.DoesNotContain("xception", _gateway.StandardError);
    }

    private async Task<ChaosTally> LoadAsync(TimeSpan duration, bool storm)
    {
        ChaosTally tally = new();
        using CancellationTokenSource isOver = new(duration, TimeProvider.System);
        Task[] clients = [.. Enumerable.Range(0, _plan.Clients).Select(i => new ChaosClient(_http, tally, new(_plan.Seed + i), i).RunAsync(isOver.Token))];
        if (storm)
            await Task.WhenAll(_replicas.Select((replica, i) => new ChaosMonkey(replica, new((_plan.Seed * 1000) + i), _faults).RunAsync(isOver.Token)));
        await Task.WhenAll(clients);
        return tally;
    }

    /// <summary>The clients are gone: no request, no stream, no attempt, no buffer, and no replica generates for nobody.</summary>
    private async Task IdleAsync()
    {
        Uri status = new(_gateway.AdminAddress, "/admin/status");
        await Serving.EventuallyAsync(async () => IsIdle(await _http.GetStringAsync(status)), "the gateway is not idle");
        foreach (ChaosReplica replica in _replicas)
        {
            await Serving.EventuallyAsync(
                async () => await replica.CountAsync(_http, "dynamo_frontend_active_requests") == 0, $"{replica.Address} still generates");
        }
    }

    private static bool IsIdle(string status)
    {
        JsonElement open = JsonDocument.Parse(status).RootElement.GetProperty("open");
        return open.GetProperty("connections").GetInt64() == open.GetProperty("idle_connections").GetInt64()
            && ((string[])["requests", "streams", "attempts", "rented_buffers"]).All(name => open.GetProperty(name).GetInt64() == 0);
    }

    /// <summary>Every replica is well again: the gateway finds out as soon as it is asked for something.</summary>
    private async Task EveryReplicaAnswersAsync()
    {
        ChaosTally tally = new();
        using CancellationTokenSource isOver = new(TimeSpan.FromSeconds(30), TimeProvider.System);
        Task clients = Task.WhenAll(Enumerable.Range(0, 20).Select(i => new ChaosClient(_http, tally, new(i), 10_000 + i).RunAsync(isOver.Token)));
        long[] had = await Task.WhenAll(_replicas.Select(CompletedAsync));
        while (!isOver.IsCancellationRequested && !(await Task.WhenAll(_replicas.Select(CompletedAsync))).Zip(had).All(pair => pair.First > pair.Second))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        bool isLate = isOver.IsCancellationRequested;
        await isOver.CancelAsync();
        await clients;
        await IdleAsync();
        Assert.False(isLate, "a replica got no request within 30 s");
    }

    private Task<long> CompletedAsync(ChaosReplica replica) => replica.CountAsync(_http, "dynamo_frontend_requests_total{model=\"" + ChaosPlan.Model + "\",status=\"success\"");

    private void Report(ChaosTally tally, TimeSpan recovered, long before, long after)
    {
        output.WriteLine($"seed {_plan.Seed}, {_plan.Clients} clients, {_plan.Storm.TotalSeconds} s, {_plan.Strategy}, hedge delay '{_plan.HedgeDelay}', mid-stream {_plan.MidStream}");
        output.WriteLine("| | |\n|---|---|");
        _table.AppendLine($"| faults | {string.Join(", ", _faults.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))} |");
        tally.AppendTo(_table);
        _table.AppendLine($"| every replica answers again after | {recovered.TotalSeconds:0.0} s |");
        _table.AppendLine($"| resident memory before, after | {before >> 20} MiB, {after >> 20} MiB ({(double)after / before:0.00}) |");
        output.WriteLine(_table.ToString());
        if (_plan.LogFile is { } file)
            File.WriteAllLines(file, _gateway.Output);
        foreach (string problem in tally.Problems)
        {
            output.WriteLine(problem);
            string id = $"\"request_id\":\"{problem.Split(' ')[1].TrimEnd(':')}\"";
            output.WriteLine("    " + _gateway.Output.FirstOrDefault(line => line.Contains(id, StringComparison.Ordinal)));
        }
    }
}
