using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Health;
using Gateway.Limits;
using Gateway.Upstream.Adaptation;
using Gateway.Upstream.Dialects;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>One configured provider at run time: its replicas and what is the same for all of them.</summary>
internal sealed class Provider : IDisposable
{
    private const int MaxConfirmed = 1024;

    // Models the upstream accepts without listing them (LoRA adapters, aliases); confirmed by GET /v1/models/{id}.
    private readonly ConcurrentDictionary<string, long> _confirmed = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ReplicaSet _replicas;
    private readonly Lazy<Http1Pool> _statusPool;
    private readonly TokenService? _tokens;
    private readonly TaskCompletionSource _firstLookup = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable _counting;
    private volatile Provider? _before;

    /// <param name="options">What is configured.</param>
    /// <param name="time">The clock.</param>
    /// <param name="health">What its replicas share; null: of its own.</param>
    /// <param name="limits">Counts what the upstream allows us; null: nothing is limited.</param>
    /// <param name="tokenRefreshed">Told of every access token that is asked for.</param>
    /// <param name="before">The provider of this name whose options have changed: replicas at the same address go on with what is known about them.</param>
    internal Provider(
        ProviderOptions options, TimeProvider time, ProviderHealth? health = null, ILimits? limits = null, Action<TokenRefresh>? tokenRefreshed = null, Provider? before = null)
    {
        _before = before;
        Health = health ?? ProviderHealth.Alone(options.Name);
        Options = options;
        Gate = limits is not null && LimitScope.Of(LimitOwner.Provider, options.Name, options.RateLimit) is { } scope ? new(scope, limits, time) : null;
        _time = time;
        _statusPool = new(() => NewPool(HostedNim.StatusUrl, address: null));
        Learned = before?.Options.Type == options.Type ? before.Learned : new(time);
        StaticModels = options.Models.Count == 0 && !options.HasNoModels ? null : options.Models.ToFrozenSet(StringComparer.Ordinal);
        foreach ((string model, long until) in before?._confirmed ?? [])
            _confirmed[model] = until;
        Dialect = DialectOf.Provider(options);
        _tokens = options.OAuth2 is null ? null : new(options.OAuth2, this);
        Credentials = _tokens is null
            ? new FixedCredential(KeyOf(options))
            : new TokenSource(Name, options.OAuth2!, _tokens.PostAsync, () => ClientSecret.Read(options.OAuth2!), time, Health.Random, tokenRefreshed);
        _replicas = new(options.DiscoversByDns ? [] : NumberedReplicas());
        if (!options.DiscoversByDns)
            _firstLookup.SetResult();
        _counting = _replicas.Watch(replica => Health.Join(replica.Health), replica => Health.Remove(replica.Health));
    }

    internal ProviderOptions Options { get; }

    internal string Name => Options.Name;

    internal ProviderHealth Health { get; }

    /// <summary>What the upstream allows us; null: as much as we like.</summary>
    internal ProviderGate? Gate { get; }

    /// <summary>Those there are now, in a stable order; with discovery the next read may see others. Enumerating it allocates nothing.</summary>
    internal ImmutableArray<Replica> Replicas => _replicas.Current;

    /// <summary>Replicas that were discovered, are gone and are remembered for a while; they may still work on old requests.</summary>
    internal ImmutableArray<Replica> Departed => _replicas.Departed;

    /// <summary>Completes when the addresses were looked up once, found or not; complete from the start without discovery.</summary>
    internal Task FirstLookup => _firstLookup.Task;

    /// <summary>Configured model ids; null when they are asked from the upstream.</summary>
    internal FrozenSet<string>? StaticModels { get; }

    /// <summary>What requests to it carry; <see cref="ICredentialSource.Start"/> is the owner's to call.</summary>
    internal ICredentialSource Credentials { get; }

    /// <summary>What a request carried, where it went, and its upstream may quote in an error, the longest first; allocates.</summary>
    /// <param name="credential">The request's.</param>
    /// <param name="replica">Who was asked.</param>
    internal string[] SecretsOf(Credential credential, Replica replica)
    {
        List<string> secrets = [Bare(credential.Value), .. replica.Names];
        foreach (KeyValuePair<string, Secret> header in Options.Request.Headers)
            secrets.Add(Bare(header.Value));
        secrets.Sort(static (one, other) => other.Length.CompareTo(one.Length));
        return [.. secrets];
    }

    /// <summary>Where it has its endpoints.</summary>
    internal IDialect Dialect { get; }

    /// <summary>What its models were seen to refuse; for <c>stream-options: adaptive</c>.</summary>
    internal LearnedFields Learned { get; }

    /// <summary>Connections to the host that knows about late answers of NVIDIA's hosted functions; opened when first needed.</summary>
    internal Http1Pool StatusPool => _statusPool.Value;

    /// <summary>Whether the provider's models are known: configured, or listed by a replica at least once.</summary>
    internal bool IsListed => StaticModels is not null || Replicas.Any(replica => replica.Listed is not null);

    internal bool IsUsable => StaticModels is not { Count: 0 } && Credentials.IsAvailable && Replicas.Any(replica => replica.Health.IsUp && (StaticModels is not null || replica.Listed is not null));

    /// <summary>Whether the model is configured, or listed by some replica.</summary>
    internal bool Lists(string model)
    {
        if (StaticModels is not null)
            return StaticModels.Contains(model);
        foreach (Replica replica in Replicas)
        {
            if (replica.Listed?.Contains(model) == true)
                return true;
        }

        return false;
    }

    /// <summary>Whether some replica takes requests for the model, listed or not.</summary>
    internal bool Serves(string model) => Lists(model) || IsConfirmed(model);

    internal bool IsConfirmed(string model) =>
        !_confirmed.IsEmpty && _confirmed.TryGetValue(model, out long until) && _time.GetTimestamp() < until;

    /// <summary>Remembers for a while that the upstream accepts a model it does not list.</summary>
    internal void Confirm(string model, TimeSpan duration)
    {
        if (_confirmed.Count >= MaxConfirmed)
            _confirmed.Clear();
        _confirmed[model] = _time.GetTimestamp() + (long)(duration.TotalSeconds * _time.TimestampFrequency);
    }

    /// <summary>
    /// For whoever does something per replica: <paramref name="joined"/> is called for each that is there now, before this returns, and for each that comes
    /// later; <paramref name="left"/> for each that goes. A replica that comes back within its memory is the same object again.
    /// </summary>
    /// <returns>Ends it when disposed; no call comes after that.</returns>
    /// <remarks>The calls come one at a time and hold up the others: start or cancel something and return.</remarks>
    internal IDisposable Watch(Action<Replica> joined, Action<Replica> left) => _replicas.Watch(joined, left);

    /// <summary>Discovery only: takes a new set of replicas into use, as a whole.</summary>
    internal void Replace(Replica[] current, Replica[] departed) => _replicas.Replace(current, departed);

    /// <summary>Discovery only: the first lookup is over.</summary>
    internal void LookedUp() => _firstLookup.TrySetResult();

    /// <summary>
    /// No new request comes: connections close as soon as nobody works on them, but for those that <paramref name="next"/> goes on with. Running requests
    /// end as usual.
    /// </summary>
    /// <param name="next">What took its place; null: nothing.</param>
    /// <returns>Replicas that are gone for good; they may still work on old requests.</returns>
    internal IReadOnlyList<Replica> Retire(Provider? next)
    {
        if (next is not null)
            next._before = null;
        _counting.Dispose();
        Replica[] kept = [.. next?.Everyone ?? []];
        List<Replica> gone = [];
        foreach (Replica replica in Everyone)
        {
            if (!Array.Exists(kept, other => other.Pool == replica.Pool))
                replica.Pool.Dispose();
            if (Array.Exists(kept, other => other.Health == replica.Health))
                continue;
            Health.Remove(replica.Health);
            gone.Add(replica);
        }

        if (_statusPool.IsValueCreated)
            _statusPool.Value.Dispose();
        _tokens?.Dispose();
        return gone;
    }

    public void Dispose() => Retire(next: null);

    private static string Bare(Secret value)
    {
        string text = value.Reveal();
        return text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? text["Bearer ".Length..] : text;
    }

    private IEnumerable<Replica> Everyone => Replicas.Concat(Departed);

    private static Credential KeyOf(ProviderOptions options) => options switch
    {
        { ApiKey: null } => Credential.None,
        { Type: ProviderType.AzureOpenAi } => new(System.Text.Encoding.ASCII.GetBytes(AzureOpenAi.KeyHeader), options.ApiKey),
        _ => Credential.Bearer(options.ApiKey.Reveal()),
    };

    /// <param name="url">Its base URL; the name in it is what TLS and the Host header know it by.</param>
    /// <param name="id">Shown to users.</param>
    /// <param name="address">The one address to connect to; null: whatever the name resolves to at each connect.</param>
    /// <exception cref="IOException">The certificate authority's file cannot be read.</exception>
    internal Replica NewReplica(Uri url, string id, IPAddress? address)
    {
        Replica? before = _before?.Everyone.FirstOrDefault(replica => replica.BaseUrl == url && replica.Id == id && Equals(replica.Pool.Options.Address, address));
        Http1PoolOptions options = PoolOptions(url, address);
        Http1Pool pool = before?.Pool.Options == options ? before.Pool : new(options, _time);
        return new(this, id, url, pool, _time, before?.Health ?? Health.Add(id), before);
    }

    /// <summary>A replica is its address: it keeps its id wherever it now stands in the list. The others are numbered by their places, as far as those are free.</summary>
    private Replica[] NumberedReplicas()
    {
        Replica[] before = [.. (_before?.Replicas ?? []).Where(replica => replica.Pool.Options.Address is null)];
        string?[] ids = [.. Options.BaseUrls.Select(url => Array.Find(before, replica => replica.BaseUrl == url)?.Id)];
        HashSet<string> taken = [.. ids.OfType<string>()];
        for (int i = 0; i < ids.Length; i++)
        {
            for (int number = i + 1; ids[i] is null; number++)
                ids[i] = taken.Add($"{Name}-{number}") ? $"{Name}-{number}" : null;
        }

        return [.. Options.BaseUrls.Select((url, index) => NewReplica(url, ids[index]!, address: null))];
    }

    /// <summary>Connections with this provider's deadline and trust; the caller disposes them.</summary>
    /// <exception cref="IOException">The certificate authority's file cannot be read.</exception>
    internal Http1Pool NewPool(Uri url, IPAddress? address) => new(PoolOptions(url, address), _time);

    private Http1PoolOptions PoolOptions(Uri url, IPAddress? address) => new()
    {
        Host = url.DnsSafeHost,
        Address = address,
        Port = url.Port,
        UseTls = url.Scheme == Uri.UriSchemeHttps,
        TlsCaFile = Options.TlsCaFile,
        TlsCaPem = Options.TlsCaPem,
        ConnectTimeout = Options.Timeouts.Connect,
    };
}
