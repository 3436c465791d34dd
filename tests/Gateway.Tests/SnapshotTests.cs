using System.Net;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Tests.Configuration;
using Gateway.Tests.Upstream.Discovery;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit.Clocks;

namespace Gateway.Tests;

/// <summary>What goes from one snapshot to the next.</summary>
public sealed class SnapshotTests
{
    private const string A = "a: { type: openai, base-urls: [http://x:1, http://y:1, http://z:1], models: [m] }";

    private readonly ManualTimeProvider _clock = new();
    private AddressLookup _dns = static (_, _) => Task.FromResult<IPAddress[]>([]);

    [Fact]
    public async Task Next_NothingChangedForAProvider_IsTheSameObject()
    {
        Snapshot first = Build(Options(A, "b: { type: openai, base-url: http://b:1, models: [m] }"));
        await using Snapshot second = Build(Options(A, "b: { type: openai, base-url: http://b:1, models: [n] }"), first);
        Assert.Same(first.Providers[0], second.Providers[0]);
        Assert.NotSame(first.Providers[1], second.Providers[1]);
        Assert.Empty(await first.RetireAsync(second));
    }

    [Fact]
    public async Task Next_SettingsChanged_ReplicasGoOnByTheirAddress()
    {
        Snapshot first = Build(Options(A));
        Replica[] before = [.. first.Providers[0].Replicas];
        before[2].Health.Drain();
        before[0].Begin();
        before[0].Latency.Observe(TimeSpan.FromSeconds(3));
        Fail(before[0]);

        await using Snapshot second = Build(Options("a: { type: openai, base-urls: [http://w:1, http://z:1, http://x:1], models: [m], timeouts: { idle: 1s } }"), first);
        Replica[] gone = [.. await first.RetireAsync(second)];
        Replica[] after = [.. second.Providers[0].Replicas];

        Assert.Equal(["a-2", "a-3", "a-1"], after.Select(replica => replica.Id));
        Assert.Equal("a-2", Assert.Single(gone).Id);
        Assert.True(after[1].Health.IsDrained);
        Assert.Equal(ReplicaCondition.Ejected, after[2].Health.Condition);
        Assert.Same(before[0].Latency, after[2].Latency);
        Assert.Same(before[0].Pool, after[2].Pool);
        Assert.Equal(1, after[2].Inflight);
        before[0].End();
        Assert.Equal(0, after[2].Inflight);
        Assert.Equal(TimeSpan.FromSeconds(1), after[2].Provider.Options.Timeouts.Idle);
    }

    [Fact]
    public async Task Next_ConnectTimeoutChanged_HasConnectionsOfItsOwn()
    {
        Snapshot first = Build(Options(A));
        await using Snapshot second = Build(Options(A.Replace("models", "timeouts: { connect: 1s }, models", StringComparison.Ordinal)), first);
        await first.RetireAsync(second);
        Assert.NotSame(first.Providers[0].Replicas[0].Pool, second.Providers[0].Replicas[0].Pool);
        Assert.Same(first.Providers[0].Replicas[0].Health, second.Providers[0].Replicas[0].Health);
    }

    [Fact]
    public async Task Next_AnotherKey_ForgetsWhatWasHeldAgainstTheOldOne()
    {
        string keyed = A.Replace("models", "api-key: old, models", StringComparison.Ordinal);
        Snapshot first = Build(Options(keyed));
        Replica before = first.Providers[0].Replicas[0];
        before.Health.CoolDown(TimeSpan.FromSeconds(20), isRateLimit: true);
        before.Health.CredentialsRejected();
        Assert.Equal(ReplicaCondition.Unhealthy, before.Health.Condition);

        await using Snapshot second = Build(Options(keyed.Replace("old", "new", StringComparison.Ordinal)), first);
        Assert.Equal(ReplicaCondition.Unhealthy, before.Health.Condition);
        await first.RetireAsync(second);
        Assert.Equal(ReplicaCondition.Usable, second.Providers[0].Replicas[0].Health.Condition);
        Assert.Equal("Bearer new", (await second.Providers[0].Credentials.GetAsync(CancellationToken.None))?.Value.Reveal());
        Assert.Equal("Bearer old", (await first.Providers[0].Credentials.GetAsync(CancellationToken.None))?.Value.Reveal());
    }

    [Fact]
    public async Task Next_HealthSettings_HoldForReplicasThatGoOn()
    {
        Snapshot first = Build(Options(A));
        await using Snapshot second = Build(Options(A.Replace("models", "health: { eject-after: 1 }, models", StringComparison.Ordinal)), first);
        await first.RetireAsync(second);
        Replica replica = second.Providers[0].Replicas[0];
        replica.Health.Failed(FailureReason.ServerError, hasAlternative: false);
        Assert.Equal(ReplicaCondition.Ejected, replica.Health.Condition);
    }

    [Fact]
    public async Task Next_Routers_KeepBudgetsWhoseShareIsTheSame()
    {
        Snapshot first = Build(Options(A));
        await using Snapshot second = Build(Load.Yaml($"providers:\n  {A}\nhedging: {{ delay: 1s, budget: 7% }}\n").Options(), first);
        await first.RetireAsync(second);
        Assert.Same(first.Routers["default"].Policy.RetryBudget, second.Routers["default"].Policy.RetryBudget);
        Assert.NotSame(first.Routers["default"].Policy.HedgeBudget, second.Routers["default"].Policy.HedgeBudget);
        Assert.Same(first.Routers["default"].Policy.Times, second.Routers["default"].Policy.Times);
    }

    [Fact]
    public async Task Next_DiscoveredAndDnsIsSilent_ReplicasAreThereAtOnce()
    {
        const string Discovered = "a: { type: openai, base-url: http://pods.test:1, discover: dns, models: [m] }";
        _dns = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")]);
        Snapshot first = Build(Options(Discovered));
        await first.Providers[0].FirstLookup;
        Replica[] before = [.. first.Providers[0].Replicas];
        before[1].Health.Drain();

        _dns = static async (_, cancellation) => await new TaskCompletionSource<IPAddress[]>().Task.WaitAsync(cancellation);
        await using Snapshot second = Build(Options(Discovered.Replace("models", "timeouts: { idle: 1s }, models", StringComparison.Ordinal)), first);
        Replica[] after = [.. second.Providers[0].Replicas];
        Assert.True(second.Providers[0].FirstLookup.IsCompleted);
        Assert.Equal(before.Select(replica => replica.Id), after.Select(replica => replica.Id));
        Assert.True(after[1].Health.IsDrained);
        Assert.Empty(await first.RetireAsync(second));
        Assert.Same(before[0].Pool, after[0].Pool);
    }

    [Fact]
    public async Task Replace_BusyReplicaIsRemoved_IsCountedUntilItsLastRequest()
    {
        Snapshot first = Build(Options(A));
        await using Snapshots snapshots = new(first, static snapshot => null!, _clock);
        Replica busy = first.Providers[0].Replicas[1];
        busy.Begin();

        await snapshots.ReplaceAsync(Build(Options("a: { type: openai, base-urls: [http://x:1, http://v:1], models: [m] }"), first), default);

        Assert.Equal([busy], snapshots.Leaving);
        // The new address has taken over its number.
        Assert.Equal(["a-1 0 True", "a-2 1 True"], snapshots.Loads().Select(load => $"{load.Replica} {load.Inflight} {load.IsUp}").Order());
        busy.End();
        Assert.Empty(snapshots.Leaving);
        Assert.Equal(["a-1 0", "a-2 0"], snapshots.Loads().Select(load => $"{load.Replica} {load.Inflight}").Order());
    }

    [Fact]
    public async Task Replace_ModelsAreNotListedInTime_SwapsAfterAMoment()
    {
        Snapshot first = Build(Options(A));
        await using Snapshots snapshots = new(first, static snapshot => null!, _clock);
        // Nobody listens there that answers: the discovery of this one does not end.
        _dns = static async (_, cancellation) => await new TaskCompletionSource<IPAddress[]>().Task.WaitAsync(cancellation);
        Task replaced = snapshots.ReplaceAsync(Build(Options(A, "b: { type: openai, base-url: http://pods.test:1, discover: dns }"), first), default);
        Assert.Same(first, snapshots.Current);
        await _clock.SleepsAsync(TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(2));
        await replaced;
        Assert.Equal(2, snapshots.Current.Providers.Count);
    }

    [Fact]
    public async Task Replace_Stopped_LeavesTheFormerOneWhole()
    {
        Snapshot first = Build(Options(A));
        await using Snapshots snapshots = new(first, static snapshot => null!, _clock);
        _dns = static async (_, cancellation) => await new TaskCompletionSource<IPAddress[]>().Task.WaitAsync(cancellation);
        using CancellationTokenSource stop = new();
        Snapshot next = Build(Options(A.Replace("models", "timeouts: { idle: 1s }, models", StringComparison.Ordinal), "b: { type: openai, base-url: http://pods.test:1, discover: dns }"), first);
        Task replaced = snapshots.ReplaceAsync(next, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => replaced);
        Assert.Same(first, snapshots.Current);
        Fail(first.Providers[0].Replicas[0]);
        Assert.Equal(ReplicaCondition.Ejected, first.Providers[0].Replicas[0].Health.Condition);
    }

    private static void Fail(Replica replica)
    {
        for (int i = 0; i < 3; i++)
            replica.Health.Failed(FailureReason.ServerError, hasAlternative: false);
    }

    private static GatewayOptions Options(params string[] providers) => Load.Yaml("providers:\n  " + string.Join("\n  ", providers)).Options();

    private Snapshot Build(GatewayOptions options, Snapshot? before = null) =>
        new(options, _clock, new NoChance(), (host, cancellation) => _dns(host, cancellation), NullLoggerFactory.Instance, healthChanged: null, before: before);
}
