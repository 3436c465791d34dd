namespace Gateway.Health;

/// <summary>What counts towards ejection (label <c>reason</c> of <c>gateway_replica_ejections_total</c>).</summary>
internal enum FailureReason
{
    /// <summary>Refused, reset, no address, TLS failure.</summary>
    Unreachable,

    /// <summary>500, 502, 503, 504, an error event before content.</summary>
    ServerError,

    /// <summary>No content within the first-byte time, or silent mid-answer.</summary>
    Timeout,

    /// <summary>Cut before or after content.</summary>
    Incomplete,

    /// <summary>No JSON, no stream, a bad head.</summary>
    InvalidResponse,
}
