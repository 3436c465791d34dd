using Gateway.Configuration;
using Gateway.Upstream;
using Gateway.Upstream.Hedging;

namespace Gateway.Routing;

/// <summary>One configured router at run time.</summary>
internal sealed class Router
{
    private readonly EndpointBalance _default;
    private readonly Dictionary<Endpoint, EndpointBalance> _perEndpoint;

    internal Router(RouterOptions options, GatewayOptions defaults, IReadOnlyDictionary<string, Provider> providers, ContentTimesRegistry times, TimeProvider time, Random random, Router? before = null)
    {
        Name = options.Name;
        Keepalive = options.Keepalive ?? defaults.Keepalive;
        MidStream = options.MidStream;
        Policy = new(options.Retries, options.Hedging, times, time, before?.Policy);
        _default = new(options.Default, providers, random);
        _perEndpoint = options.PerEndpoint.ToDictionary(entry => entry.Key, entry => new EndpointBalance(entry.Value, providers, random));
        Providers = [.. _perEndpoint.Values.Append(_default).SelectMany(balance => balance.Providers).Distinct()];
    }

    internal string Name { get; }

    internal KeepaliveOptions Keepalive { get; }

    internal MidStreamMode MidStream { get; }

    /// <summary>Retries and hedges.</summary>
    internal DispatchPolicy Policy { get; }

    /// <summary>Every provider some endpoint of this router uses.</summary>
    internal IReadOnlyList<Provider> Providers { get; }

    internal EndpointBalance For(Endpoint endpoint) => _perEndpoint.GetValueOrDefault(endpoint, _default);
}
