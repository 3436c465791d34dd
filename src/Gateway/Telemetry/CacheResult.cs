namespace Gateway.Telemetry;

/// <summary>How a request met the response cache: the <c>x-gateway-cache</c> header and the metric's label.</summary>
internal enum CacheResult
{
    /// <summary>It may not be cached, or its client does not want it to be.</summary>
    Bypass,
    Hit,

    /// <summary>An upstream was asked for it.</summary>
    Miss,

    /// <summary>It joined another request's upstream call.</summary>
    Coalesced,

    /// <summary>An answer past its time bridges an upstream that fails or is slow.</summary>
    Stale,
}
