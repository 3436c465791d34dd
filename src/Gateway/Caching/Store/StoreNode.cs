namespace Gateway.Caching.Store;

/// <summary>An entry's place in memory. Everything but the answer and the count of hits belongs to the store's lock.</summary>
internal sealed class StoreNode(CacheKey key, CachedAnswer answer)
{
    /// <summary>More hits than this say nothing more about whether an entry is worth its room.</summary>
    private const int MostHits = 3;

    private volatile CachedAnswer _answer = answer;
    private volatile int _hits;

    internal CacheKey Key { get; } = key;

    internal CachedAnswer Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>What it was accounted with when it was put into its queue.</summary>
    internal long Size { get; set; }

    internal NodeQueue? Queue { get; set; }

    internal StoreNode? Previous { get; set; }

    internal StoreNode? Next { get; set; }

    internal bool WasHit => _hits > 0;

    /// <summary>Counts a hit; two at once may count as one.</summary>
    internal void Hit()
    {
        int hits = _hits;
        if (hits < MostHits)
            _hits = hits + 1;
    }

    /// <summary>Takes one hit away.</summary>
    internal void Age() => _hits = Math.Max(0, _hits - 1);
}
