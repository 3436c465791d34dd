namespace Gateway.Limits;

/// <summary>What ran out; the error code and the metric's label follow it.</summary>
internal enum LimitKind
{
    RequestsPerMinute,
    TokensPerMinute,
    ConcurrentRequests,
}
