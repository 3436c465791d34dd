namespace Gateway.Caching.Store;

/// <summary>An answer on its way to Redis.</summary>
internal sealed record StoreWrite(CacheKey Key, CachedAnswer Answer, long Stamp);
