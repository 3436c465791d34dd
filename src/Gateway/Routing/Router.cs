using Gateway.Configuration;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>One configured router at run time.</summary>
internal sealed class Router
{
    private readonly EndpointBalance _default;
    private readonly Dictionary<Endpoint, EndpointBalance> _perEndpoint;

    internal Router(RouterOptions options, KeepaliveOptions keepalive, IReadOnlyDictionary<string, Provider> providers, Random random)
    {
        Name = options.Name;
        Keepalive = options.Keepalive ?? keepalive;
        _default = new(options.Default, providers, random);
        _perEndpoint = options.PerEndpoint.ToDictionary(entry => entry.Key, entry => new EndpointBalance(entry.Value, providers, random));
        Providers = [.. _perEndpoint.Values.Append(_default).SelectMany(balance => balance.Providers).Distinct()];
    }

    internal string Name { get; }

    internal KeepaliveOptions Keepalive { get; }

    /// <summary>Every provider some endpoint of this router uses.</summary>
    internal IReadOnlyList<Provider> Providers { get; }

    internal EndpointBalance For(Endpoint endpoint) => _perEndpoint.GetValueOrDefault(endpoint, _default);
}
