namespace Gateway.Load.Measures;

/// <summary>
/// How the metrics are called. Tags are AIPerf's where it has the metric; the two conventions of inter-token latency are both there: <c>inter_token_latency</c> is
/// one value per request, as AIPerf counts, <c>inter_chunk_latency</c> one value per gap, which is what vLLM prints as ITL.
/// </summary>
internal static class MetricNames
{
    private const string Milliseconds = "ms";

    /// <summary>In the order of the reports.</summary>
    public static readonly MetricName[] All =
    [
        new(MetricId.TimeToFirst, "time_to_first_token", "Time to First Token", Milliseconds, LoadClock.Millisecond),
        new(MetricId.TimeToSecond, "time_to_second_token", "Time to Second Token", Milliseconds, LoadClock.Millisecond),
        new(MetricId.RequestLatency, "request_latency", "Request Latency", Milliseconds, LoadClock.Millisecond),
        new(MetricId.InterToken, "inter_token_latency", "Inter Token Latency", Milliseconds, LoadClock.Millisecond, "per request"),
        new(MetricId.InterChunk, "inter_chunk_latency", "Inter Chunk Latency", Milliseconds, LoadClock.Millisecond, "per gap"),
        new(MetricId.ChunkDelay, "chunk_delay", "Chunk Delay", Milliseconds, LoadClock.Millisecond, "behind the pace"),
        new(MetricId.PerToken, "time_per_output_token", "Time per Output Token", Milliseconds, LoadClock.Millisecond),
        new(MetricId.UserThroughput, "output_token_throughput_per_user", "Output Token Throughput Per User", "tokens/sec/user", 1000),
        new(MetricId.OutputLength, "output_sequence_length", "Output Sequence Length", "tokens", 1),
        new(MetricId.InputLength, "input_sequence_length", "Input Sequence Length", "tokens", 1),
        new(MetricId.ServiceLatency, "service_latency", "Service Latency", Milliseconds, LoadClock.Millisecond, "from the send"),
        new(MetricId.ServiceTimeToFirst, "service_time_to_first_token", "Service Time to First Token", Milliseconds, LoadClock.Millisecond, "from the send"),
        new(MetricId.Lateness, "send_lateness", "Send Lateness of the Generator", Milliseconds, LoadClock.Millisecond),
    ];
}
