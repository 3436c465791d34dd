namespace Gateway.Caching.Store.Fusion;

/// <summary>What FusionCache holds under a key. It carries the key, so that a value in another's place is noticed.</summary>
internal sealed record FusionAnswer(CacheKey Key, CachedAnswer Answer);
