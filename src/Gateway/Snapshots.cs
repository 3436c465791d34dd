using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>
/// The snapshot in use, exchanged as a whole. A request reads it once: <see cref="Requests"/> belongs to one snapshot and hands it down the whole way.
/// </summary>
internal sealed class Snapshots : IAsyncDisposable
{
    /// <summary>Requests that began before a replica left may still be on their way to it.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Func<Snapshot, RequestDelegate> _serve;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Departure> _leaving = [];
    private volatile Serving _serving;

    /// <param name="first">Owned from here on.</param>
    /// <param name="serve">What answers requests from a snapshot.</param>
    /// <param name="time">The clock.</param>
    internal Snapshots(Snapshot first, Func<Snapshot, RequestDelegate> serve, TimeProvider time)
    {
        _serve = serve;
        _time = time;
        _serving = new(first, serve(first));
    }

    internal Snapshot Current => _serving.Snapshot;

    /// <summary>For one request, from its begin to its end.</summary>
    internal RequestDelegate Requests => _serving.Requests;

    /// <summary>Removed replicas that still work on requests.</summary>
    internal IReadOnlyList<Replica> Leaving
    {
        get
        {
            lock (_lock)
            {
                _leaving.RemoveAll(entry => entry.Replica.Inflight == 0 && _time.GetElapsedTime(entry.Since) > Memory);
                return [.. _leaving.Where(static entry => entry.Replica.Inflight > 0).Select(static entry => entry.Replica)];
            }
        }
    }

    /// <summary>
    /// Serves new requests from another snapshot. Before that its new providers get a moment to list their models, as at the start of the process: until
    /// then the former one serves. One call at a time.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nothing was exchanged, and <paramref name="next"/> has been ended.</exception>
    internal async Task ReplaceAsync(Snapshot next, CancellationToken stop)
    {
        Snapshot before = Current;
        try
        {
            await next.Catalog.FirstListingAsync(next.Providers, stop);
        }
        catch (OperationCanceledException)
        {
            await next.RetireAsync(before);
            throw;
        }

        _serving = new(next, _serve(next));
        IReadOnlyList<Replica> gone = await before.RetireAsync(next);
        lock (_lock)
        {
            foreach (Replica replica in gone)
                _leaving.Add(new(replica, _time.GetTimestamp()));
        }
    }

    /// <summary>Every replica that has or may get work, each id once.</summary>
    internal IReadOnlyCollection<ReplicaLoad> Loads()
    {
        Dictionary<string, ReplicaLoad> loads = new(StringComparer.Ordinal);
        foreach (Provider provider in Current.Providers)
        {
            foreach (Replica replica in provider.Replicas)
                Add(replica, replica.Health.IsUp);
            foreach (Replica replica in provider.Departed)
                AddBusy(replica, replica.Health.IsUp);
        }

        foreach (Replica replica in Leaving)
            AddBusy(replica, isUp: false);
        return loads.Values;

        void AddBusy(Replica replica, bool isUp)
        {
            if (replica.Inflight > 0)
                Add(replica, isUp);
        }

        // Another address may have taken over the number of one that leaves.
        void Add(Replica replica, bool isUp) => loads[replica.Id] = loads.TryGetValue(replica.Id, out ReplicaLoad known)
            ? known with { Inflight = known.Inflight + replica.Inflight }
            : new(replica.Provider.Name, replica.Id, replica.Inflight, isUp);
    }

    public ValueTask DisposeAsync() => Current.DisposeAsync();

    private sealed record Departure(Replica Replica, long Since);

    private sealed record Serving(Snapshot Snapshot, RequestDelegate Requests);
}
