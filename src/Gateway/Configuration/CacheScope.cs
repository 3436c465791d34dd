namespace Gateway.Configuration;

/// <summary>Who shares answers.</summary>
internal enum CacheScope
{
    /// <summary>Each client key by itself; without keys, everyone.</summary>
    Key,

    /// <summary>Everyone on a router.</summary>
    Router,

    Shared,
}
