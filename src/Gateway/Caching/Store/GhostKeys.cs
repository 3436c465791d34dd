namespace Gateway.Caching.Store;

/// <summary>Keys of entries that were evicted without a hit: who comes back is worth more than who comes once. Not thread-safe.</summary>
internal sealed class GhostKeys
{
    private readonly Queue<ulong> _order = new();
    private readonly Dictionary<ulong, int> _count = [];

    /// <summary>Remembers a key, at most <paramref name="limit"/> of them.</summary>
    internal void Add(in CacheKey key, int limit)
    {
        _order.Enqueue(key.A);
        _count[key.A] = _count.GetValueOrDefault(key.A) + 1;
        while (_order.Count > limit)
            Forget(_order.Dequeue());
    }

    /// <summary>Whether the key was evicted lately; its place in the order is left to run out.</summary>
    internal bool Contains(in CacheKey key) => _count.ContainsKey(key.A);

    private void Forget(ulong key)
    {
        int left = _count[key] - 1;
        if (left == 0)
            _count.Remove(key);
        else
            _count[key] = left;
    }
}
