namespace Gateway.Configuration;

/// <summary>What keeps the answers of the response cache.</summary>
internal enum CacheEngine
{
    Memory,

    /// <summary>FusionCache; only in builds with <c>-p:FusionCache=true</c>.</summary>
    Fusion,
}
