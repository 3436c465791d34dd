using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Gateway.Health;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>One upstream address: its connections, how many requests it works on, and what it was last seen to serve.</summary>
/// <param name="provider">Whose replica it is; its options are those of its requests.</param>
/// <param name="id">Shown to users.</param>
/// <param name="baseUrl">Where it is.</param>
/// <param name="pool">Connections to it.</param>
/// <param name="time">The clock.</param>
/// <param name="health">Null: of its own.</param>
/// <param name="before">The same address under options that have changed since: its load, latencies and models go on here.</param>
internal sealed class Replica(Provider provider, string id, Uri baseUrl, Http1Pool pool, TimeProvider time, ReplicaHealth? health = null, Replica? before = null)
{
    private readonly StrongBox<int> _inflight = before?._inflight ?? new();
    private volatile FrozenSet<string>? _listed = before?._listed;

    internal Provider Provider { get; } = provider;

    /// <summary><c>provider-N</c>: safe to show; the address is not.</summary>
    internal string Id { get; } = id;

    internal Uri BaseUrl { get; } = baseUrl;

    /// <summary>The base URL's path, without a closing slash.</summary>
    internal string PathPrefix { get; } = baseUrl.AbsolutePath.TrimEnd('/');

    /// <summary>Host, with its port unless that is the scheme's own.</summary>
    internal byte[] HostHeader { get; } = HostOf(baseUrl);

    internal Http1Pool Pool { get; } = pool;

    /// <summary>Its host and address as an upstream may write them. A host without a dot may be any word, so that counts only with its port.</summary>
    internal IEnumerable<string> Names
    {
        get
        {
            string host = BaseUrl.IdnHost;
            yield return $"{host}:{BaseUrl.Port}";
            if (host.AsSpan().ContainsAny('.', ':'))
                yield return host;
            if (Pool.Options.Address is { } address)
                yield return address.ToString();
        }
    }

    internal KnownHeads Heads { get; } = new();

    /// <summary>Of its own where none was given: then it has no peers.</summary>
    internal ReplicaHealth Health { get; } = health ?? ProviderHealth.Alone(id).Add(id);

    /// <summary>Of streams: time to first content.</summary>
    internal PeakEwma Latency { get; } = before?.Latency ?? new(time);

    /// <summary>Of answers that are not streamed: time to the whole of it, which is of another size.</summary>
    internal PeakEwma WholeLatency { get; } = before?.WholeLatency ?? new(time);

    internal PeakEwma LatencyOf(bool isStream) => isStream ? Latency : WholeLatency;

    internal int Inflight => Volatile.Read(ref _inflight.Value);

    /// <summary>Model ids of the last successful listing; null before the first.</summary>
    internal FrozenSet<string>? Listed => _listed;

    /// <summary>The same ids as the upstream ordered them.</summary>
    internal IReadOnlyList<string> ListedInOrder { get; private set; } = before?.ListedInOrder ?? [];

    internal bool Serves(string model) =>
        Provider.StaticModels?.Contains(model) ?? (_listed?.Contains(model) == true || Provider.IsConfirmed(model));

    /// <summary>Takes a listing, or what is left of it.</summary>
    internal void SetListed(FrozenSet<string> models, IReadOnlyList<string> inOrder)
    {
        ListedInOrder = inOrder;
        _listed = models;
    }

    internal void Begin() => Interlocked.Increment(ref _inflight.Value);

    internal void End() => Interlocked.Decrement(ref _inflight.Value);

    internal static byte[] HostOf(Uri url)
    {
        string host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.DnsSafeHost}]" : url.IdnHost;
        return System.Text.Encoding.ASCII.GetBytes(url.IsDefaultPort ? host : $"{host}:{url.Port}");
    }
}
