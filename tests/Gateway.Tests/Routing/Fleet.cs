using Gateway.Configuration;
using Gateway.Health;
using Gateway.Routing;
using Gateway.Tests.Simulator;
using Gateway.Upstream;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Routing;

/// <summary>Providers with replicas whose health and load the test sets, on a clock that the test moves. Nothing is ever sent.</summary>
internal sealed class Fleet
{
    private readonly Dictionary<string, Provider> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Standing> _standings = new(StringComparer.Ordinal);
    private uint _turn;

    internal SteppedTimeProvider Clock { get; } = new();

    internal Random Random { get; } = new(17);

    internal IReadOnlyList<Replica> Replicas => [.. _providers.Values.SelectMany(provider => provider.Replicas)];

    internal Replica this[string id] => Replicas.Single(replica => replica.Id == id);

    internal Provider Provider(string name) => _providers[name];

    /// <summary>Adds a provider whose replicas are <c>name-1</c>, <c>name-2</c>, …</summary>
    internal Fleet With(string name, int replicas, params string[] models)
    {
        _providers[name] = new Provider(
            new ProviderOptions
            {
                Name = name,
                Type = ProviderType.OpenAi,
                BaseUrls = [.. Enumerable.Range(1, replicas).Select(number => new Uri($"http://{name}-{number}:8000/"))],
                Models = models.Length > 0 ? models : ["m"],
            },
            Clock);
        return this;
    }

    internal void Set(string id, ReplicaCondition condition, double share = 1, long lastEjected = 0) => _standings[id] = new(condition, share, lastEjected);

    /// <summary>Balances over the providers in the order in which they were added, each of weight 1 unless named.</summary>
    internal EndpointBalance Balance(BalancingStrategy strategy, params WeightedProvider[] providers) =>
        new(new(strategy, providers.Length > 0 ? providers : [.. _providers.Keys.Select(name => new WeightedProvider(name))]), _providers, Random, StandingOf);

    /// <summary>The next request's candidates.</summary>
    internal List<Candidate> Candidates(EndpointBalance balance, ulong? key = null, Provider? pinned = null, params string[] models)
    {
        List<Candidate> candidates = [];
        balance.Append(models.Length > 0 ? models : ["m"], pinned, new BalanceContext(Interlocked.Increment(ref _turn) - 1, key), candidates);
        return candidates;
    }

    /// <summary>The next request's replica ids, in order.</summary>
    internal string Order(EndpointBalance balance, ulong? key = null) => string.Join(' ', Candidates(balance, key).Select(candidate => candidate.Replica.Id));

    /// <summary>The next request's first replica.</summary>
    internal Replica First(EndpointBalance balance, ulong? key = null) => Candidates(balance, key)[0].Replica;

    private Standing StandingOf(Replica replica) => _standings.GetValueOrDefault(replica.Id, new(ReplicaCondition.Usable, 1, 0));
}
