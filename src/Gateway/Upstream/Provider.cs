using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>One configured provider at run time: its replicas and what is the same for all of them.</summary>
internal sealed class Provider : IDisposable
{
    private const int MaxConfirmed = 1024;

    // Models the upstream accepts without listing them (LoRA adapters, aliases); confirmed by GET /v1/models/{id}.
    private readonly ConcurrentDictionary<string, long> _confirmed = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    internal Provider(ProviderOptions options, TimeProvider time, ProviderHealth? health = null)
    {
        Health = health ?? ProviderHealth.Alone(options.Name);
        Options = options;
        _time = time;
        StaticModels = options.Models.Count == 0 ? null : options.Models.ToFrozenSet(StringComparer.Ordinal);
        Authorization = options.ApiKey is null ? null : new Secret("Bearer " + options.ApiKey.Reveal());
        Replicas = [.. options.BaseUrls.Select((url, index) => NewReplica(url, index + 1))];
    }

    internal ProviderOptions Options { get; }

    internal string Name => Options.Name;

    internal ProviderHealth Health { get; }

    internal IReadOnlyList<Replica> Replicas { get; }

    /// <summary>Configured model ids; null when they are asked from the upstream.</summary>
    internal FrozenSet<string>? StaticModels { get; }

    internal Secret? Authorization { get; }

    /// <summary>Whether the provider's models are known: configured, or listed by a replica at least once.</summary>
    internal bool IsListed => StaticModels is not null || Replicas.Any(replica => replica.Listed is not null);

    internal bool IsUsable => Replicas.Any(replica => replica.Health.IsUp && (StaticModels is not null || replica.Listed is not null));

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

    public void Dispose()
    {
        foreach (Replica replica in Replicas)
            replica.Pool.Dispose();
    }

    private Replica NewReplica(Uri url, int number)
    {
        Http1PoolOptions pool = new()
        {
            Host = url.DnsSafeHost,
            Port = url.Port,
            UseTls = url.Scheme == Uri.UriSchemeHttps,
            TlsCaFile = Options.TlsCaFile,
            ConnectTimeout = Options.Timeouts.Connect,
        };
        string id = $"{Name}-{number}";
        return new(this, id, url, new Http1Pool(pool, _time), _time, Health.Add(id));
    }
}
