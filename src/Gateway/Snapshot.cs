using Gateway.Configuration;
using Gateway.Models;
using Gateway.Routing;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;

namespace Gateway;

/// <summary>One configuration and what was built from it. A request keeps the snapshot it started with.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly DnsDiscovery[] _discoveries;

    internal Snapshot(GatewayOptions options, TimeProvider time, Random random, AddressLookup lookup, ILoggerFactory logs)
    {
        Options = options;
        Providers = [.. options.Providers.Select(provider => new Provider(provider, time))];
        Dictionary<string, Provider> byName = Providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        Routers = options.Routers.ToDictionary(router => router.Name, router => new Router(router, options.Keepalive, byName), StringComparer.Ordinal);
        Catalog = new(Providers, time, random);
        Resolver = new(options.ModelMapping, Catalog);
        ILogger discoveryLog = logs.CreateLogger<DnsDiscovery>();
        _discoveries = [.. Providers.Where(provider => provider.Options.DiscoversByDns)
            .Select(provider => new DnsDiscovery(provider, lookup, time, random, discoveryLog))];
    }

    internal GatewayOptions Options { get; }

    internal IReadOnlyList<Provider> Providers { get; }

    internal IReadOnlyDictionary<string, Router> Routers { get; }

    internal ModelCatalog Catalog { get; }

    internal ModelResolver Resolver { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (DnsDiscovery discovery in _discoveries)
            await discovery.DisposeAsync();
        await Catalog.DisposeAsync();
        foreach (Provider provider in Providers)
            provider.Dispose();
    }
}
