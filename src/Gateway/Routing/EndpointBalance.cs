using Gateway.Configuration;
using Gateway.Health;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>How one router balances one endpoint: which providers, in which order, picked how.</summary>
internal sealed class EndpointBalance(LoadBalanceOptions options, IReadOnlyDictionary<string, Provider> providers)
{
    private readonly bool _isFallback = options.Strategy == BalancingStrategy.Fallback;
    private readonly IBalancingStrategy _strategy = options.Strategy == BalancingStrategy.RoundRobin ? new RoundRobin() : new LeastRequests();

    /// <summary>In the order of the configuration.</summary>
    internal IReadOnlyList<Provider> Providers { get; } = [.. options.Providers.Select(name => providers[name])];

    /// <summary>Appends the replicas that serve <paramref name="model"/>, best first.</summary>
    /// <param name="model">The upstream's model id.</param>
    /// <param name="pinned">Only this provider, and whether it lists the model or not; null: all.</param>
    /// <param name="candidates">Grows.</param>
    internal void Append(string model, Provider? pinned, List<Candidate> candidates)
    {
        int start = candidates.Count;
        foreach (Provider provider in Providers)
        {
            if (pinned is not null && pinned != provider)
                continue;
            int group = candidates.Count;
            foreach (Replica replica in provider.Replicas)
            {
                if ((pinned is not null || replica.Serves(model)) && replica.Health.Condition != ReplicaCondition.Drained)
                    candidates.Add(new(replica, model));
            }

            if (_isFallback)
                Order(candidates, group);
        }

        if (!_isFallback)
            Order(candidates, start);
    }

    private void Order(List<Candidate> candidates, int start)
    {
        Span<Candidate> group = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(candidates)[start..];
        if (group.Length < 2)
            return;
        _strategy.Order(group);
        MoveUnreachableBack(group);
    }

    /// <summary>Unhealthy and ejected replicas come last, but they come: the next attempt may find them back.</summary>
    private static void MoveUnreachableBack(Span<Candidate> group)
    {
        int reachable = 0;
        for (int i = 0; i < group.Length; i++)
        {
            if (!group[i].Replica.Health.IsUp)
                continue;
            Candidate candidate = group[i];
            group[reachable..i].CopyTo(group[(reachable + 1)..]);
            group[reachable++] = candidate;
        }
    }
}
