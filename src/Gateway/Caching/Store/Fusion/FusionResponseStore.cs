using Gateway.Configuration;
using Gateway.Redis;
using Gateway.Telemetry;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace Gateway.Caching.Store.Fusion;

/// <summary>
/// Answers in FusionCache: its memory and, with Redis, its distributed level. Times, fail-safe, timeouts and tags are its own. What needs the upstream,
/// eager refresh and the soft timeout of a slow one, stays with the request path: FusionCache does that around a factory that returns a value, and
/// here the value is a stream that many follow while it is made.
/// </summary>
internal sealed class FusionResponseStore : IResponseStore
{
    /// <summary>How old a gateway's view of purges may be; so every gateway follows within a second, without messages that could be missed.</summary>
    private static readonly TimeSpan PurgeDelay = TimeSpan.FromMilliseconds(500);

    private readonly MemoryCache _memory;
    private readonly FusionCache _cache;
    private readonly RedisClient[] _redis;
    private readonly TimeProvider _time;
    private readonly FusionCacheEntryOptions _fresh;
    private readonly FusionCacheEntryOptions _stale;
    private readonly FusionCacheEntryOptions _local;
    private readonly Lock _gate = new();
    private readonly PurgeLog _purges = new();

    /// <param name="maxBytes">Of all answers in memory.</param>
    /// <param name="maxEntry">Bytes of the longest body that is taken from Redis.</param>
    /// <param name="timeout">What a request waits for Redis at most, each time it asks.</param>
    /// <param name="redis">For reading and for writing, started, owned from here on; empty: memory only.</param>
    /// <param name="time">The clock of entries; FusionCache itself looks at the machine's.</param>
    internal FusionResponseStore(long maxBytes, long maxEntry, TimeSpan timeout, RedisClient[] redis, TimeProvider time)
    {
        _redis = redis;
        _time = time;
        _memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = maxBytes, TrackStatistics = true });
        _cache = new FusionCache(Options(timeout, redis.Length > 0), _memory);
        if (redis.Length > 0)
            _cache.SetupDistributedCache(new RedisDistributedCache(redis[0], redis[1], time), new FusionSerializer(maxEntry));
        _fresh = new FusionCacheEntryOptions().SetDistributedCacheTimeouts(timeout, timeout);
        _stale = _fresh.Duplicate().SetAllowStaleOnReadOnly();
        _local = _stale.Duplicate().SetSkipDistributedCacheRead(true).SetSkipDistributedCacheWrite(true, true);
    }

    /// <summary>Entries include those that are purged but were not asked for since.</summary>
    public StoreStatus Status => new(_memory.Keys.LongCount(static key => key is string { Length: 2 * CacheKey.Size }), _memory.GetCurrentStatistics()!.CurrentEstimatedSize ?? 0);

    internal static FusionResponseStore Create(CacheOptions options, GatewayMetrics metrics, ILoggerFactory logs, TimeProvider time, Random random)
    {
        if (options.Redis is not { } address)
            return new FusionResponseStore(options.MaxSize, options.MaxEntry, options.RedisTimeout, [], time);
        RedisOptions reading = new() { Address = address, Purpose = "cache", Timeout = options.RedisTimeout };
        RedisOptions writing = reading with { Purpose = "cache writes", Timeout = TimeSpan.FromSeconds(1), MaxUnsent = 16 << 20 };
        ILogger<RedisClient> log = logs.CreateLogger<RedisClient>();
        RedisClient[] redis = [new(reading, metrics, log, time, random), new(writing, metrics, log, time, random)];
        foreach (RedisClient client in redis)
            client.Start();
        return new FusionResponseStore(options.MaxSize, options.MaxEntry, options.RedisTimeout, redis, time);
    }

    public async ValueTask<CachedAnswer?> FindAsync(CacheKey key, CancellationToken cancellation)
    {
        string name = key.ToString();
        // Asked for fresh ones first: that forgets an entry whose tag was removed, which a read that takes stale ones would give once more.
        MaybeValue<FusionAnswer> found = await _cache.TryGetAsync<FusionAnswer>(name, _fresh, CancellationToken.None);
        if (!found.HasValue)
            found = await _cache.TryGetAsync<FusionAnswer>(name, _stale, CancellationToken.None);
        return found.HasValue && found.Value.Key == key && found.Value.Answer.StaleUntil > _time.GetUtcNow() ? found.Value.Answer : null;
    }

    /// <summary>Its memory cannot be asked alone: a request that misses in the instant another one's answer arrives asks once more.</summary>
    public CachedAnswer? Peek(CacheKey key) => null;

    public PurgeMark Mark() => new(_purges.Count);

    public bool IsPurged(PurgeMark began, CacheQuestion question)
    {
        if (_purges.Count == began.Purges)
            return false;
        lock (_gate)
            return _purges.Covers(question.Model, question.UpstreamModel, question.KeyId, began);
    }

    /// <summary>Purges of other gateways are found when an entry is read, by the time it was kept: they do not stop an answer that was under way here.</summary>
    public void Keep(CacheKey key, CachedAnswer answer, PurgeMark? began = null)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (answer.StaleUntil <= now)
            return;
        TimeSpan fresh = answer.FreshUntil > now ? answer.FreshUntil - now : TimeSpan.FromTicks(1);
        FusionCacheEntryOptions options = _fresh.Duplicate(fresh)
            .SetFailSafe(answer.StaleUntil > answer.FreshUntil, answer.StaleUntil - now)
            .SetSize(answer.Size);
        options.AllowBackgroundDistributedCacheOperations = true;
        lock (_gate)
        {
            if (began is null || !_purges.Covers(answer, began))
                _ = _cache.SetAsync(key.ToString(), new FusionAnswer(key, answer), options, FusionTags.Of(answer)).AsTask();
        }
    }

    /// <summary>Its entries cannot be exchanged without being kept anew: a stream is assembled at each hit.</summary>
    public void Enrich(CacheKey key, CachedAnswer answer, CachedAnswer richer)
    {
    }

    public async ValueTask<int> PurgeAsync(PurgeFilter filter, CancellationToken cancellation)
    {
        lock (_gate)
            _purges.Add(filter);
        int purged = 0;
        foreach (object name in _memory.Keys)
        {
            if (name is not string { Length: 2 * CacheKey.Size } key)
                continue;
            MaybeValue<FusionAnswer> found = await _cache.TryGetAsync<FusionAnswer>(key, _local, CancellationToken.None);
            if (!found.HasValue || !filter.Matches(found.Value.Answer))
                continue;
            await _cache.RemoveAsync(key, _local, CancellationToken.None);
            purged++;
        }

        if (FusionTags.Of(filter) is { } tag)
            await _cache.RemoveByTagAsync(tag, token: CancellationToken.None);
        else
            await _cache.ClearAsync(allowFailSafe: false, token: CancellationToken.None);
        return purged;
    }

    public async ValueTask DisposeAsync()
    {
        _cache.Dispose();
        _memory.Dispose();
        foreach (RedisClient client in _redis)
        {
            // Commands are executed in order: this one's answer, or its timeout, comes after all others'.
            await client.SendAsync("PING");
            await client.DisposeAsync();
        }
    }

    private static FusionCacheOptions Options(TimeSpan timeout, bool isShared)
    {
        FusionCacheOptions options = new()
        {
            CacheName = "gateway",
            EnableBestPracticesAdvisor = false,
            RemoveByTagBehavior = RemoveByTagBehavior.Remove,
            DistributedCacheCircuitBreakerDuration = TimeSpan.FromSeconds(1),
            AutoRecoveryDelay = TimeSpan.FromSeconds(1),
            AutoRecoveryMaxItems = 1000,
        };
        options.TagsDefaultEntryOptions.SetDistributedCacheTimeouts(timeout, timeout);
        if (isShared)
            options.TagsDefaultEntryOptions.MemoryCacheDuration = PurgeDelay;
        return options;
    }
}
