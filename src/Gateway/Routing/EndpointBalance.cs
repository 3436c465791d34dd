using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Streaming.Requests;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.Routing;

/// <summary>How one router balances one endpoint: which providers, in which order, picked how.</summary>
internal sealed class EndpointBalance
{
    // Append neither waits nor calls itself, so one per thread is enough.
    [ThreadStatic]
    private static List<Place>? _places;

    private readonly IBalancingStrategy _strategy;
    private readonly Placement _placement;
    private readonly Func<Replica, Standing> _standingOf;
    private readonly bool _readsKey;
    private uint _turn = uint.MaxValue;

    /// <param name="options">Strategy, and providers by name.</param>
    /// <param name="providers">By name; holds all that the options name.</param>
    /// <param name="random">For choices and slow starts.</param>
    /// <param name="standingOf">Null: <see cref="Standing.Of"/>.</param>
    internal EndpointBalance(LoadBalanceOptions options, IReadOnlyDictionary<string, Provider> providers, Random random, Func<Replica, Standing>? standingOf = null)
    {
        Providers = [.. options.Providers.Select(provider => providers[provider.Name])];
        _strategy = options.Strategy switch
        {
            BalancingStrategy.RoundRobin => new RoundRobin(),
            BalancingStrategy.Weighted => new WeightedTurns(options.Providers.ToDictionary(provider => providers[provider.Name], provider => provider.Weight)),
            BalancingStrategy.Latency => new PeakLatency(random),
            BalancingStrategy.PrefixAffinity => new PrefixAffinity(),
            _ => new LeastRequests(),
        };
        _readsKey = options.Strategy == BalancingStrategy.PrefixAffinity;
        _placement = new(byProvider: options.Strategy == BalancingStrategy.Priority, keepsTrials: _readsKey, random);
        _standingOf = standingOf ?? Standing.Of;
    }

    /// <summary>In the order of the configuration.</summary>
    internal Provider[] Providers { get; }

    /// <summary>Takes what the strategy looks at from a request; once per request.</summary>
    /// <param name="headers">The client's.</param>
    /// <param name="body">The client's, as it came.</param>
    /// <param name="fields">Where things are in <paramref name="body"/>.</param>
    internal BalanceContext Begin(IHeaderDictionary headers, ReadOnlySpan<byte> body, RequestFields fields) =>
        new(Interlocked.Increment(ref _turn), _readsKey ? AffinityKey.Of(headers, body, fields) : null, fields.Stream);

    /// <summary>
    /// Appends the candidates in the order in which they are to be tried: usable ones as the strategy orders them, the requested model's before
    /// its equivalents'; then those that cool down, the ejected (least recently first), the unhealthy. Drained ones are left out.
    /// One that is due for a trial comes first; the sender claims the trial, and skips the candidate when another request has it.
    /// </summary>
    /// <param name="models">Upstream model ids, each once, best first.</param>
    /// <param name="pinned">Only this provider, and whether it lists the model or not; null: all.</param>
    /// <param name="context">From <see cref="Begin"/>.</param>
    /// <param name="candidates">Grows.</param>
    internal void Append(IReadOnlyList<string> models, Provider? pinned, in BalanceContext context, List<Candidate> candidates)
    {
        int start = candidates.Count;
        List<Place> places = _places ??= [];
        places.Clear();
        for (int model = 0; model < models.Count; model++)
        {
            for (int provider = 0; provider < Providers.Length; provider++)
            {
                if (pinned is null || pinned == Providers[provider])
                    Collect(models[model], model, provider, pinned is not null, context.Key, candidates, places);
            }
        }

        Order(CollectionsMarshal.AsSpan(candidates)[start..], CollectionsMarshal.AsSpan(places), context);
    }

    /// <summary>The same for a request whose model is not known: all replicas of these providers, each under no model.</summary>
    /// <param name="takes">Which of <see cref="Providers"/>.</param>
    /// <param name="context">From <see cref="Begin"/>.</param>
    /// <param name="candidates">Grows.</param>
    internal void AppendUnnamed(Func<Provider, bool> takes, in BalanceContext context, List<Candidate> candidates)
    {
        int start = candidates.Count;
        List<Place> places = _places ??= [];
        places.Clear();
        for (int provider = 0; provider < Providers.Length; provider++)
        {
            if (takes(Providers[provider]))
                Collect("", 0, provider, servesAll: true, context.Key, candidates, places);
        }

        Order(CollectionsMarshal.AsSpan(candidates)[start..], CollectionsMarshal.AsSpan(places), context);
    }

    private void Order(Span<Candidate> added, Span<Place> at, in BalanceContext context)
    {
        Sort(added, at);
        OrderEquals(added, at, context);
    }

    private void Collect(string model, int modelIndex, int providerIndex, bool servesAll, ulong? key, List<Candidate> candidates, List<Place> places)
    {
        int start = places.Count;
        ImmutableArray<Replica> replicas = Providers[providerIndex].Replicas;
        for (int i = 0; i < replicas.Length; i++)
        {
            if (!servesAll && !replicas[i].Serves(model))
                continue;
            Standing standing = _standingOf(replicas[i]);
            if (standing.Condition == ReplicaCondition.Drained)
                continue;
            candidates.Add(new(replicas[i], model));
            places.Add(_placement.Of(standing, modelIndex, providerIndex, key));
        }

        _placement.HoldBack(CollectionsMarshal.AsSpan(places)[start..]);
    }

    /// <summary>Insertion sort: stable, and nothing to do while all is well.</summary>
    private static void Sort(Span<Candidate> candidates, Span<Place> places)
    {
        for (int i = 1; i < places.Length; i++)
        {
            Candidate candidate = candidates[i];
            Place place = places[i];
            int j = i - 1;
            for (; j >= 0 && place.IsBefore(places[j]); j--)
                (candidates[j + 1], places[j + 1]) = (candidates[j], places[j]);
            (candidates[j + 1], places[j + 1]) = (candidate, place);
        }
    }

    /// <summary>The strategy's part. Of those that are no longer usable only the foremost matter to it: the rest is rarely reached.</summary>
    private void OrderEquals(Span<Candidate> candidates, Span<Place> places, in BalanceContext context)
    {
        for (int start = 0, end; start < places.Length; start = end)
        {
            end = start + 1;
            while (end < places.Length && places[end] == places[start])
                end++;
            if (end - start > 1 && (start == 0 || places[start].Section == PlaceSection.Usable))
                _strategy.Order(candidates[start..end], context);
        }
    }
}
