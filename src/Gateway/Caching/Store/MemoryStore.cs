using System.Collections.Concurrent;

namespace Gateway.Caching.Store;

/// <summary>
/// The first level: answers in memory, bounded by bytes. Eviction is S3-FIFO (Yang et al., SOSP 2023): what is new waits in a small queue and leaves it
/// for the main one only if it was hit meanwhile, or was evicted from there before; so a flood of requests that come once passes by what is used.
/// A hit reads one dictionary and takes no lock.
/// </summary>
internal sealed class MemoryStore(long maxBytes, TimeProvider time) : IResponseStore
{
    /// <summary>Share of the memory for entries that have yet to prove themselves, while it is full.</summary>
    private const int SmallShare = 10;

    private const int LeastGhosts = 1000;

    private readonly ConcurrentDictionary<CacheKey, StoreNode> _nodes = new();
    private readonly Lock _gate = new();
    private readonly NodeQueue _small = new();
    private readonly NodeQueue _main = new();
    private readonly GhostKeys _ghosts = new();
    private readonly PurgeLog _purges = new();

    /// <summary>By this store's clock.</summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    public StoreStatus Status
    {
        get
        {
            lock (_gate)
                return new(_small.Count + _main.Count, _small.Bytes + _main.Bytes);
        }
    }

    public ValueTask<CachedAnswer?> FindAsync(CacheKey key, CancellationToken cancellation) => new(Find(key));

    /// <summary>As <see cref="FindAsync"/>.</summary>
    internal CachedAnswer? Find(in CacheKey key)
    {
        if (!_nodes.TryGetValue(key, out StoreNode? node))
            return null;
        CachedAnswer answer = node.Answer;
        if (answer.StaleUntil > Now)
        {
            node.Hit();
            return answer;
        }

        lock (_gate)
        {
            if (node.Answer == answer)
                Remove(node);
        }

        return null;
    }

    public CachedAnswer? Peek(CacheKey key) => _nodes.TryGetValue(key, out StoreNode? node) && node.Answer.StaleUntil > time.GetUtcNow() ? node.Answer : null;

    public PurgeMark Mark() => new(_purges.Count);

    public bool IsPurged(PurgeMark began, CacheQuestion question)
    {
        if (_purges.Count == began.Purges)
            return false;
        lock (_gate)
            return _purges.Covers(question.Model, question.UpstreamModel, question.KeyId, began);
    }

    public void Keep(CacheKey key, CachedAnswer answer, PurgeMark? began = null) => TryKeep(key, answer, began);

    /// <summary>As <see cref="Keep"/>. False: a purge came in between.</summary>
    internal bool TryKeep(in CacheKey key, CachedAnswer answer, PurgeMark? began)
    {
        lock (_gate)
        {
            if (began is not null && _purges.Covers(answer, began))
                return false;
            // One that would push out everything else is not worth it.
            if (answer.Size > maxBytes / 2)
                return true;
            if (_nodes.TryGetValue(key, out StoreNode? node))
            {
                node.Queue!.Replace(node, answer);
            }
            else
            {
                node = new(key, answer);
                _nodes[key] = node;
                (_ghosts.Contains(key) ? _main : _small).Add(node);
            }

            EvictDown();
            return true;
        }
    }

    public void Enrich(CacheKey key, CachedAnswer answer, CachedAnswer richer)
    {
        if (richer.Size > maxBytes / 2)
            return;
        lock (_gate)
        {
            if (!_nodes.TryGetValue(key, out StoreNode? node) || !ReferenceEquals(node.Answer, answer))
                return;
            node.Queue!.Replace(node, richer);
            EvictDown();
        }
    }

    public ValueTask<int> PurgeAsync(PurgeFilter filter, CancellationToken cancellation)
    {
        int purged = 0;
        lock (_gate)
        {
            _purges.Add(filter);
            foreach (StoreNode node in _nodes.Values)
            {
                if (!filter.Matches(node.Answer))
                    continue;
                Remove(node);
                purged++;
            }
        }

        return new(purged);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void EvictDown()
    {
        while (_small.Bytes + _main.Bytes > maxBytes)
            EvictOne();
    }

    private void EvictOne()
    {
        if (_small.Bytes * 100 > maxBytes * SmallShare || _main.Oldest is null)
            EvictFromSmall(_small.Oldest!);
        else
            EvictFromMain(_main.Oldest);
    }

    private void EvictFromSmall(StoreNode node)
    {
        if (node.WasHit)
        {
            _small.Remove(node);
            _main.Add(node);
            return;
        }

        Remove(node);
        _ghosts.Add(node.Key, Math.Max(LeastGhosts, _main.Count + _small.Count));
    }

    /// <summary>Who was hit since it came to the front goes to the back once more for each hit.</summary>
    private void EvictFromMain(StoreNode node)
    {
        if (!node.WasHit)
        {
            Remove(node);
            return;
        }

        node.Age();
        _main.Remove(node);
        _main.Add(node);
    }

    private void Remove(StoreNode node)
    {
        if (node.Queue is null)
            return;
        node.Queue.Remove(node);
        _nodes.TryRemove(node.Key, out _);
    }
}
