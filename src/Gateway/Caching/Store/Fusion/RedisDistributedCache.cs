using Gateway.Redis;
using Microsoft.Extensions.Caching.Distributed;

namespace Gateway.Caching.Store.Fusion;

/// <summary>
/// Our client as the platform's interface to a shared cache. Unlike the client this throws when Redis cannot be used: FusionCache's circuit breaker
/// lives on that.
/// </summary>
/// <param name="reading">For what requests wait for; not owned.</param>
/// <param name="writing">For everything else; not owned.</param>
/// <param name="time">Tells how long an entry still lives.</param>
internal sealed class RedisDistributedCache(RedisClient reading, RedisClient writing, TimeProvider time) : IDistributedCache
{
    private const string Prefix = "gateway:fusion:1:";

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Checked(await reading.SendAsync("GET", Prefix + key)).Bytes;

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (options.AbsoluteExpiration is not { } end)
            throw new ArgumentException("Every entry ends at a time.", nameof(options));
        long left = (long)(end - time.GetUtcNow()).TotalMilliseconds;
        if (left > 0)
            Checked(await writing.SendAsync("SET", Prefix + key, value, "PX", left));
    }

    public async Task RemoveAsync(string key, CancellationToken token = default) => Checked(await writing.SendAsync("DEL", Prefix + key));

    /// <summary>Entries have no sliding end.</summary>
    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public byte[]? Get(string key) => throw Blocking();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw Blocking();

    public void Remove(string key) => throw Blocking();

    public void Refresh(string key) => throw Blocking();

    private static RedisReply Checked(RedisReply reply) => reply.IsOk ? reply : throw new IOException($"Redis: {reply}");

    private static NotSupportedException Blocking() => new("Nothing here waits by blocking a thread.");
}
