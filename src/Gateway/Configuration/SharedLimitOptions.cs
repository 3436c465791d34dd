using Gateway.Redis;

namespace Gateway.Configuration;

/// <summary>The top-level <c>limits</c> section: limits that hold across gateways.</summary>
/// <param name="Redis">Where the counts are; prints no credential.</param>
internal sealed record SharedLimitOptions(RedisAddress Redis)
{
    /// <summary>What a request waits for Redis at most before it is counted locally.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>PEM file of the only certificate authorities to trust; null: the system's.</summary>
    public string? TlsCaFile { get; init; }
}
