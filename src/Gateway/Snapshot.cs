using Gateway.Admission;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Health;
using Gateway.Limits;
using Gateway.Models;
using Gateway.Routing;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using Gateway.Upstream.Hedging;

namespace Gateway;

/// <summary>One configuration and what was built from it. A request keeps the snapshot it started with.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly DnsDiscovery[] _discoveries;

    internal Snapshot(
        GatewayOptions options, TimeProvider time, Random random, AddressLookup lookup, ILoggerFactory logs, Action<HealthChange>? healthChanged = null, ILimits? limits = null, Action<TokenRefresh>? tokenRefreshed = null)
    {
        Options = options;
        Providers = [.. options.Providers.Select(provider => new Provider(provider, time, HealthOf(provider), limits, tokenRefreshed))];
        foreach (Provider provider in Providers)
            provider.Credentials.Start();
        Dictionary<string, Provider> byName = Providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        ContentTimesRegistry times = new(time);
        Routers = options.Routers.ToDictionary(router => router.Name, router => new Router(router, options, byName, times, time, random), StringComparer.Ordinal);
        Access = new(options.Auth, Routers, time);
        Catalog = new(Providers, time, random);
        Resolver = new(options.ModelMapping, Catalog);
        ILogger discoveryLog = logs.CreateLogger<DnsDiscovery>();
        _discoveries = [.. Providers.Where(provider => provider.Options.DiscoversByDns)
            .Select(provider => new DnsDiscovery(provider, lookup, time, random, discoveryLog))];

        ProviderHealth HealthOf(ProviderOptions provider) =>
            new(provider.Name, provider.Health, provider.HasCredential, time, random, healthChanged);
    }

    internal GatewayOptions Options { get; }

    internal IReadOnlyList<Provider> Providers { get; }

    internal IReadOnlyDictionary<string, Router> Routers { get; }

    internal AccessControl Access { get; }

    internal ModelCatalog Catalog { get; }

    internal ModelResolver Resolver { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (DnsDiscovery discovery in _discoveries)
            await discovery.DisposeAsync();
        await Catalog.DisposeAsync();
        foreach (Provider provider in Providers)
        {
            await provider.Credentials.DisposeAsync();
            provider.Dispose();
        }
    }
}
