using System.Collections.Concurrent;
using Gateway.Health;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>Knows which replica serves which model: configured, or asked from every replica again and again.</summary>
internal sealed class ModelCatalog : IAsyncDisposable
{
    private const int MaxCached = 4096;

    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstListingWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConfirmationSpread = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ConfirmationAge = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, ResolvedModel> _resolved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Provider, Task> _firstListing = new();
    private readonly UnlistedModels _unlisted;
    private readonly ConcurrentDictionary<Replica, ReplicaWatch> _watches = new();
    private readonly ConcurrentDictionary<Provider, IDisposable> _subscriptions = new();

    internal ModelCatalog(IEnumerable<Provider> providers, TimeProvider time, Random random)
    {
        _time = time;
        _random = random;
        _unlisted = new(time, ConfirmationAge);
        foreach (Provider provider in providers)
            Add(provider);
    }

    /// <summary>Begins to ask a provider's replicas.</summary>
    internal void Add(Provider provider) => _firstListing[provider] = Start(provider);

    /// <summary>Ends it again, when the provider is no longer configured; requests that began with it go on with what is known.</summary>
    internal async ValueTask RemoveAsync(Provider provider)
    {
        if (!_subscriptions.TryRemove(provider, out IDisposable? subscription))
            return;
        subscription.Dispose();
        _firstListing.TryRemove(provider, out _);
        _unlisted.Forget(provider);
        foreach (Replica replica in _watches.Keys.Where(replica => replica.Provider == provider))
            await UnwatchAsync(replica);
    }

    /// <summary>Ids a provider serves now, in its own order of listing: not those of replicas that are unhealthy or drained.</summary>
    internal static IEnumerable<string> ListedBy(Provider provider) =>
        provider.StaticModels is not null
            ? provider.Options.Models
            : provider.Replicas.Where(IsReady).SelectMany(replica => replica.ListedInOrder).Distinct(StringComparer.Ordinal);

    /// <summary>Every id some provider of the router serves, once, with the first provider that does.</summary>
    internal static IEnumerable<ListedModel> List(Router router) => router.Providers
        .SelectMany(provider => ListedBy(provider).Select(id => new ListedModel(id, provider.Name)))
        .DistinctBy(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>The plain resolution of a listed id; one object per id.</summary>
    internal ResolvedModel Resolved(string id)
    {
        if (_resolved.TryGetValue(id, out ResolvedModel? known))
            return known;
        if (_resolved.Count >= MaxCached)
            _resolved.Clear();
        return _resolved[id] = new([id], null, id);
    }

    /// <summary>Waits a moment for providers that have not been asked yet; a gateway that has just started knows no model, and no address of a discovered replica.</summary>
    internal async Task FirstListingAsync(IReadOnlyList<Provider> providers, CancellationToken cancellation)
    {
        List<Task> open = [.. providers.Select(provider => _firstListing.GetValueOrDefault(provider, Task.CompletedTask)).Where(task => !task.IsCompleted)];
        if (open.Count == 0)
            return;
        try
        {
            await Task.WhenAll(open).WaitAsync(FirstListingWait, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // The upstream is slow or gone: the caller goes on with what is known.
        }
    }

    /// <summary>
    /// Asks all providers whether they accept an id they do not list: those that do are each other's fallback. Once one has said yes, the others get a
    /// moment more.
    /// </summary>
    /// <returns>Null when nobody could be asked.</returns>
    internal async ValueTask<bool?> ConfirmAsync(IReadOnlyList<Provider> providers, string model, CancellationToken cancellation)
    {
        // Not the request's own cancellation: what is learnt serves the next request too.
        List<Task<bool?>> open = [.. providers.Select(provider => ConfirmAsync(provider, model))];
        Task all = Task.WhenAll(open);
        bool isRefused = false;
        while (open.Count > 0)
        {
            Task<bool?> answered = await Task.WhenAny(open).WaitAsync(cancellation);
            bool? accepts = await answered;
            if (accepts == true)
            {
                await all.WaitAsync(ConfirmationSpread, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return true;
            }

            isRefused |= accepts == false;
            open.Remove(answered);
        }

        return isRefused ? false : null;
    }

    /// <summary>Asks whether a provider accepts an id it does not list (<c>GET /v1/models/{id}</c>); the answer is remembered.</summary>
    private async Task<bool?> ConfirmAsync(Provider provider, string model)
    {
        if (provider.StaticModels is not null || !_unlisted.MayAsk(provider, model) || provider.Dialect.ModelPath(model) is not { } path)
            return false;
        bool refused = false;
        // An ejected replica may still know better than nobody.
        foreach (Replica replica in provider.Replicas.Where(replica => !replica.Health.IsDrained).OrderByDescending(replica => replica.Health.IsUp))
        {
            using CancellationTokenSource deadline = new(QueryTimeout, _time);
            (int status, _) = await UpstreamQuery.GetAsync(replica, path, deadline.Token);
            if (status == 200)
            {
                provider.Confirm(model, ConfirmationAge);
                return true;
            }

            refused |= status is >= 400 and < 500;
        }

        // No answer (a timeout, 5xx) is no refusal: the next request asks again.
        if (refused)
            _unlisted.Refused(provider, model);
        return refused ? false : null;
    }

    /// <summary>Begins to ask a replica for its models and its health.</summary>
    /// <returns>Completes with its first listing.</returns>
    internal Task Watch(Replica replica)
    {
        ReplicaWatch watch = _watches.GetOrAdd(replica, static (added, catalog) => new(added, catalog._time, catalog._random), this);
        watch.Start();
        return watch.FirstListing;
    }

    /// <summary>Ends it again, when the replica is gone.</summary>
    internal async ValueTask UnwatchAsync(Replica replica)
    {
        if (_watches.TryRemove(replica, out ReplicaWatch? watch))
            await watch.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable subscription in _subscriptions.Values)
            subscription.Dispose();
        foreach (Replica replica in _watches.Keys)
            await UnwatchAsync(replica);
    }

    private async Task Start(Provider provider)
    {
        _subscriptions[provider] = provider.Watch(replica => _ = Watch(replica), replica => _ = UnwatchAsync(replica).AsTask());
        await provider.FirstLookup;
        await Task.WhenAll(provider.Replicas.Select(replica => _watches.TryGetValue(replica, out ReplicaWatch? watch) ? watch.FirstListing : Task.CompletedTask));
    }

    private static bool IsReady(Replica replica) => replica.Health.Condition is not (ReplicaCondition.Drained or ReplicaCondition.Unhealthy);
}
