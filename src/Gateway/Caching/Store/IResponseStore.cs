namespace Gateway.Caching.Store;

/// <summary>Keeps complete answers. Never fails: what cannot be read in time is a miss. Safe to call from many threads.</summary>
internal interface IResponseStore : IAsyncDisposable
{
    StoreStatus Status { get; }

    /// <summary>Finds an answer; one that is no longer fresh too, until <see cref="CachedAnswer.StaleUntil"/>. Completes at once when it is in memory.</summary>
    ValueTask<CachedAnswer?> FindAsync(CacheKey key, CancellationToken cancellation);

    /// <summary>As <see cref="FindAsync"/>, but in this process alone; it is not counted as a hit.</summary>
    CachedAnswer? Peek(CacheKey key);

    /// <summary>To be taken before an upstream is asked, for <see cref="Keep"/>.</summary>
    PurgeMark Mark();

    /// <summary>Whether a purge that this process knows of, since then, means the answer to a question.</summary>
    bool IsPurged(PurgeMark began, CacheQuestion question);

    /// <summary>Keeps an answer, in place of an older one; another level takes it in the background.</summary>
    /// <param name="key">What it answers.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="began">When it began: not kept if a purge since then, on any gateway, means it. Null: now.</param>
    void Keep(CacheKey key, CachedAnswer answer, PurgeMark? began = null);

    /// <summary>Holds an answer with <see cref="CachedAnswer.Assembled"/>, where this process's memory still has it without.</summary>
    void Enrich(CacheKey key, CachedAnswer answer, CachedAnswer richer);

    /// <summary>Forgets entries, on every gateway that shares the store.</summary>
    /// <returns>Entries that this process forgot.</returns>
    ValueTask<int> PurgeAsync(PurgeFilter filter, CancellationToken cancellation);
}
