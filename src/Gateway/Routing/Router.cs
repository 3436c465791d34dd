using Gateway.Configuration;
using Gateway.Limits;
using Gateway.Upstream;
using Gateway.Upstream.Hedging;

namespace Gateway.Routing;

/// <summary>One configured router at run time.</summary>
internal sealed class Router
{
    private readonly EndpointBalance _default;
    private readonly HashSet<Endpoint> _configured;
    private readonly Dictionary<Endpoint, EndpointBalance> _perEndpoint = [];

    internal Router(RouterOptions options, GatewayOptions defaults, IReadOnlyDictionary<string, Provider> providers, ContentTimesRegistry times, TimeProvider time, Random random, Router? before = null)
    {
        Name = options.Name;
        Keepalive = options.Keepalive ?? defaults.Keepalive;
        MidStream = options.MidStream;
        Cache = options.Cache;
        _configured = [.. options.PerEndpoint.Keys];
        RateLimit = LimitScope.Of(LimitOwner.Router, options.Name, options.RateLimit);
        Policy = new(options.Retries, options.Hedging, times, time, before?.Policy);
        _default = new(options.Default, providers, random);
        foreach (Endpoint endpoint in Enum.GetValues<Endpoint>())
        {
            LoadBalanceOptions wanted = options.PerEndpoint.GetValueOrDefault(endpoint, options.Default);
            LoadBalanceOptions able = Able(wanted, providers, endpoint);
            if (able != options.Default)
                _perEndpoint[endpoint] = new(able, providers, random);
        }

        Providers = [.. _perEndpoint.Values.Append(_default).SelectMany(balance => balance.Providers).Distinct()];
    }

    internal string Name { get; }

    internal KeepaliveOptions Keepalive { get; }

    internal MidStreamMode MidStream { get; }

    internal CacheOptions Cache { get; }

    /// <summary>What all its clients together may use; null: not limited.</summary>
    internal LimitScope? RateLimit { get; }

    /// <summary>Retries and hedges.</summary>
    internal DispatchPolicy Policy { get; }

    /// <summary>Every provider some endpoint of this router uses.</summary>
    internal IReadOnlyList<Provider> Providers { get; }

    /// <summary>Whether the endpoint has an entry of its own rather than that of chat.</summary>
    internal bool Configures(Endpoint endpoint) => _configured.Contains(endpoint);

    /// <summary>Without the providers whose dialect does not have the endpoint; the same object when all have it.</summary>
    private static LoadBalanceOptions Able(LoadBalanceOptions wanted, IReadOnlyDictionary<string, Provider> providers, Endpoint endpoint)
    {
        WeightedProvider[] able = [.. wanted.Providers.Where(provider => providers[provider.Name].Dialect.Serves(endpoint))];
        return able.Length == wanted.Providers.Count ? wanted : wanted with { Providers = able };
    }

    internal EndpointBalance For(Endpoint endpoint) => _perEndpoint.GetValueOrDefault(endpoint, _default);
}
