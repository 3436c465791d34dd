using Gateway.Redis;

namespace Gateway.Configuration;

/// <summary>The <c>cache</c> section; a router may override it key by key, but for where answers are kept.</summary>
internal sealed record CacheOptions
{
    public bool Enabled { get; init; }

    /// <summary>How long an answer is fresh; up to a tenth less, so that answers of one moment do not all end in another.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of all answers in memory.</summary>
    public long MaxSize { get; init; } = 256L << 20;

    /// <summary>Bytes of the longest answer that is kept, and of the longest way a waiter may be behind.</summary>
    public long MaxEntry { get; init; } = 1L << 20;

    public CacheWhen When { get; init; }

    public CacheScope Scope { get; init; }

    /// <summary>How long after its time an answer may bridge a failing upstream; zero: not at all.</summary>
    public TimeSpan FailSafe { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long the upstream may take before an answer that is past its time is given instead; zero: however long.</summary>
    public TimeSpan SoftTimeout { get; init; }

    /// <summary>Share of the time to live after which a hit refreshes the answer in the background; null: never.</summary>
    public double? EagerRefresh { get; init; }

    /// <summary>Chunks a second of a replayed stream; null: all at once.</summary>
    public double? ReplayPace { get; init; }

    /// <summary>What keeps the answers.</summary>
    public CacheEngine Engine { get; init; }

    /// <summary>The second level; null: none. Prints no credential.</summary>
    public RedisAddress? Redis { get; init; }

    /// <summary>Longest wait for the second level.</summary>
    public TimeSpan RedisTimeout { get; init; } = TimeSpan.FromMilliseconds(20);
}
