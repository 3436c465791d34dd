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

/// <summary>
/// One configuration and what was built from it. A request keeps the snapshot it started with. What was learnt while running goes from one snapshot to the
/// next: a provider that did not change is the same object, one that did hands over what belongs to its addresses.
/// </summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly Dictionary<Provider, DnsDiscovery> _discoveries = [];
    private readonly ContentTimesRegistry _times;

    /// <summary>Starts to ask new providers for addresses and models.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Thread-safe.</param>
    /// <param name="lookup">Asks for addresses.</param>
    /// <param name="logs">For what happens to addresses.</param>
    /// <param name="healthChanged">Told of replicas' health.</param>
    /// <param name="limits">Counts what providers allow us; null: nothing is limited.</param>
    /// <param name="tokenRefreshed">Told of every access token that is asked for.</param>
    /// <param name="before">The one to go on from; it stays in use until it is told to <see cref="RetireAsync"/>.</param>
    internal Snapshot(
        GatewayOptions options, TimeProvider time, Random random, AddressLookup lookup, ILoggerFactory logs, Action<HealthChange>? healthChanged = null,
        ILimits? limits = null, Action<TokenRefresh>? tokenRefreshed = null, Snapshot? before = null)
    {
        Options = options;
        Providers = [.. options.Providers.Select(ProviderFor)];
        foreach (Provider provider in Providers)
            provider.Credentials.Start();
        Dictionary<string, Provider> byName = Providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
        _times = before?._times ?? new(time);
        Routers = options.Routers.ToDictionary(
            router => router.Name, router => new Router(router, options, byName, _times, time, random, before?.Routers.GetValueOrDefault(router.Name)), StringComparer.Ordinal);
        Access = new(options.Auth, Routers, time);
        Catalog = before?.Catalog ?? new([], time, random);
        Resolver = new(options.ModelMapping, Catalog);
        ILogger discoveryLog = logs.CreateLogger<DnsDiscovery>();
        foreach (Provider provider in Providers)
            Start(provider);

        Provider ProviderFor(ProviderOptions provider)
        {
            Provider? known = before?.Find(provider.Name);
            if (known is not null && provider.Fingerprint.Length > 0 && known.Options.Fingerprint == provider.Fingerprint)
                return known;
            ProviderHealth health = known?.Health ?? new(provider.Name, provider.Health, provider.HasCredential, time, random, healthChanged);
            return new(provider, time, health, limits, tokenRefreshed, known);
        }

        void Start(Provider provider)
        {
            Provider? known = before?.Find(provider.Name);
            DnsDiscovery? discovery = known is null ? null : before!._discoveries.GetValueOrDefault(known);
            if (known != provider)
            {
                Catalog.Add(provider);
                discovery = provider.Options.DiscoversByDns ? new(provider, lookup, time, random, discoveryLog, discovery) : null;
            }

            if (discovery is not null)
                _discoveries.Add(provider, discovery);
        }
    }

    internal GatewayOptions Options { get; }

    internal IReadOnlyList<Provider> Providers { get; }

    internal IReadOnlyDictionary<string, Router> Routers { get; }

    internal AccessControl Access { get; }

    /// <summary>The same for all snapshots that came from one another.</summary>
    internal ModelCatalog Catalog { get; }

    internal ModelResolver Resolver { get; }

    /// <summary>No new request comes: ends what <paramref name="next"/> has not taken over. Requests in flight finish.</summary>
    /// <returns>Replicas that are gone; they may still work on old requests.</returns>
    internal async Task<IReadOnlyList<Replica>> RetireAsync(Snapshot next)
    {
        Provider[] retired = [.. Providers.Where(provider => !next.Providers.Contains(provider))];
        foreach (Provider provider in retired)
        {
            if (next.Find(provider.Name)?.Options is { } options)
                provider.Health.Use(options.Health, options.HasCredential);
        }

        List<Replica> gone = [];
        foreach (Provider provider in retired)
        {
            await StopAsync(provider);
            await provider.Credentials.DisposeAsync();
            gone.AddRange(provider.Retire(next.Find(provider.Name)));
        }

        return gone;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Provider provider in Providers)
            await StopAsync(provider);
        await Catalog.DisposeAsync();
        foreach (Provider provider in Providers)
        {
            await provider.Credentials.DisposeAsync();
            provider.Dispose();
        }
    }

    private Provider? Find(string name) => Providers.FirstOrDefault(provider => provider.Name == name);

    private async ValueTask StopAsync(Provider provider)
    {
        if (_discoveries.TryGetValue(provider, out DnsDiscovery? discovery))
            await discovery.DisposeAsync();
        await Catalog.RemoveAsync(provider);
    }
}
