namespace Gateway.Load.Measures;

/// <summary>The measured distributions; <see cref="MetricNames"/> has their names and units.</summary>
internal enum MetricId
{
    TimeToFirst,
    TimeToSecond,
    RequestLatency,
    InterToken,
    InterChunk,
    ChunkDelay,
    PerToken,
    UserThroughput,
    OutputLength,
    InputLength,
    ServiceLatency,
    ServiceTimeToFirst,
    Lateness,
}
