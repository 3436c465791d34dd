using System.Net;

namespace Gateway.Upstream.Discovery;

/// <summary>
/// Makes a provider's replicas from the addresses of its host. A replica is its address: still there, it keeps its object with all state and connections;
/// gone, it gets no new request but is remembered, so that an answer of DNS that flaps finds the same state again. Owned by one loop, not thread-safe.
/// </summary>
internal sealed class DiscoveredReplicas(Provider provider, TimeProvider time)
{
    /// <summary>How long a replica that is gone is remembered; longer while it still works on requests.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly SortedDictionary<IPEndPoint, Replica> _present = new(AddressOrder.Instance);
    private readonly Dictionary<IPEndPoint, Departure> _departed = [];

    internal int Count => _present.Count;

    /// <summary>Takes a set of addresses into use.</summary>
    /// <param name="found">Every address with the base URL it serves; empty only while none was ever known.</param>
    /// <returns>How many replicas are new or back, and how many are gone.</returns>
    /// <exception cref="IOException">A new replica's certificate authority cannot be read; nothing has changed.</exception>
    internal (int Joined, int Left) Update(SortedDictionary<IPEndPoint, Uri> found)
    {
        Forget();
        List<(IPEndPoint Address, Replica Replica)> joined = Join(found);
        IPEndPoint[] left = [.. _present.Keys.Where(address => !found.ContainsKey(address))];
        if (joined.Count + left.Length == 0)
            return (0, 0);

        foreach ((IPEndPoint address, Replica replica) in joined)
        {
            _departed.Remove(address);
            replica.Pool.Restore();
            _present.Add(address, replica);
        }

        foreach (IPEndPoint address in left)
        {
            _present.Remove(address, out Replica? replica);
            _departed.Add(address, new(replica!, time.GetTimestamp()));
        }

        Publish();
        // After the swap: who still holds the old set may send once more, on a connection of its own.
        foreach (IPEndPoint address in left)
            _departed[address].Replica.Pool.Retire();
        return (joined.Count, left.Length);
    }

    /// <summary>Drops what has been gone for long and has nothing to do any more.</summary>
    internal void Forget()
    {
        IPEndPoint[] old = [.. _departed.Where(entry => entry.Value.Replica.Inflight == 0 && time.GetElapsedTime(entry.Value.Since) >= Memory).Select(entry => entry.Key)];
        foreach (IPEndPoint address in old)
        {
            _departed.Remove(address, out Departure? entry);
            entry!.Replica.Pool.Dispose();
        }

        if (old.Length > 0)
            Publish();
    }

    /// <summary>Finds again or makes the replicas of new addresses; makes them all before any is used, since making one may fail.</summary>
    private List<(IPEndPoint Address, Replica Replica)> Join(SortedDictionary<IPEndPoint, Uri> found)
    {
        HashSet<string> taken = [.. _present.Values.Concat(_departed.Values.Select(entry => entry.Replica)).Select(replica => replica.Id)];
        List<(IPEndPoint, Replica)> joined = [];
        foreach ((IPEndPoint address, Uri url) in found)
        {
            if (_present.ContainsKey(address))
                continue;
            Replica replica = _departed.TryGetValue(address, out Departure? entry)
                ? entry.Replica
                : provider.NewReplica(url, AddressId.Of(provider.Name, address, taken), address.Address);
            taken.Add(replica.Id);
            joined.Add((address, replica));
        }

        return joined;
    }

    /// <summary>A class, as LINQ over another value type would cost 0.1 MB of the binary.</summary>
    private sealed record Departure(Replica Replica, long Since);

    private void Publish() => provider.Replace([.. _present.Values], [.. _departed.Values.Select(entry => entry.Replica)]);
}
