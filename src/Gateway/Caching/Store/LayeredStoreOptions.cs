using Gateway.Redis;

namespace Gateway.Caching.Store;

/// <summary>Bounds of the two levels.</summary>
internal sealed record LayeredStoreOptions
{
    public required RedisAddress Redis { get; init; }

    /// <summary>What a request waits for Redis at most.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Bytes of the longest body that goes to Redis or is taken from there.</summary>
    public required long MaxEntry { get; init; }

    /// <summary>Answers that wait to be written; further ones stay in memory only.</summary>
    public int MaxQueued { get; init; } = 1024;

    /// <summary>Bytes of answers that wait to be written, beside the one that passes it.</summary>
    public long MaxQueuedBytes { get; init; } = 32 << 20;
}
