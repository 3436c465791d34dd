namespace Gateway.Caching;

/// <summary>How a request met the cache: the <c>x-gateway-cache</c> header and the metric's label.</summary>
internal enum CacheResult
{
    Bypass,
    Hit,
    Miss,
    Coalesced,
    Stale,
}
