namespace Gateway.Load.Measures;

/// <summary>What happened in one stretch of the run; latencies count where the request was meant to start.</summary>
internal sealed class TimeSlice
{
    public Histogram Latency { get; } = new(Histogram.Coarse);

    public Histogram FirstToken { get; } = new(Histogram.Coarse);

    public long Completed { get; set; }

    public long Errors { get; set; }

    public long OutputTokens { get; set; }

    public int InFlight { get; set; }
}
