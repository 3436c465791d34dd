namespace Gateway.Caching.Store;

/// <summary>This process's latest purges, for answers that were under way meanwhile. Not thread-safe, but for <see cref="Count"/>.</summary>
internal sealed class PurgeLog
{
    /// <summary>An answer that saw more purges than this is not kept, whatever they were.</summary>
    internal const int Capacity = 256;

    private readonly PurgeFilter[] _latest = new PurgeFilter[Capacity];
    private long _count;

    /// <summary>Purges so far.</summary>
    internal long Count => Volatile.Read(ref _count);

    internal void Add(in PurgeFilter filter)
    {
        _latest[_count % Capacity] = filter;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Whether a purge since then meant this answer.</summary>
    internal bool Covers(CachedAnswer answer, PurgeMark began) => Covers(answer.Model, answer.UpstreamModel, answer.KeyId, began);

    internal bool Covers(string model, string upstreamModel, string? keyId, PurgeMark began)
    {
        if (_count - began.Purges > Capacity)
            return true;
        for (long i = began.Purges; i < _count; i++)
        {
            if (_latest[i % Capacity].Matches(model, upstreamModel, keyId))
                return true;
        }

        return false;
    }
}
