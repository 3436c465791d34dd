using Gateway.Streaming.Usage;

namespace Gateway.Load.Measures;

/// <summary>What is known of one request: its times on the run's clock (0: did not happen), what came, and how it ended.</summary>
internal sealed class Exchange
{
    /// <summary>When the arrivals said it was to be sent.</summary>
    public long Intended;

    /// <summary>When the generator took it up; later than intended only where the generator itself was late.</summary>
    public long Started;

    /// <summary>When its bytes were given to the system: after a connection was opened, if one had to be.</summary>
    public long Sent;

    public long FirstByte;

    /// <summary>The first and the second chunk with content.</summary>
    public long First;

    public long Second;

    /// <summary>The last chunk with content so far.</summary>
    public long Last;

    public long End;

    /// <summary>Chunks with content.</summary>
    public int Chunks;

    public int Status;
    public TokenUsage Usage;
    public bool HasUsage;

    /// <summary>Gaps between chunks above the threshold.</summary>
    public int Stalls;

    /// <summary>One of <see cref="ErrorKinds"/>; null: a whole answer, or one that was to be cancelled.</summary>
    public string? Error;

    /// <summary>The client left on purpose.</summary>
    public bool Cancelled;

    /// <summary>In the measured time, not the warm-up.</summary>
    public bool Measured;

    public string Model = "";

    /// <summary>Output tokens as the upstream counted them, else the chunks.</summary>
    public long OutputTokens => HasUsage ? Usage.Completion : Chunks;

    public long Latency => End - Intended;

    public long ServiceLatency => End - Sent;

    public long TimeToFirst => First - Intended;

    /// <summary>How long after the send the chunk that comes now is, beyond what the upstream's pace explains.</summary>
    public long Behind(long now, long pace) => Math.Max(0, now - Sent - Chunks * pace);

    /// <summary>What is left of the request's latency after the first token, per further token, or null with fewer than two.</summary>
    public double? InterToken => PerFurtherToken(End);

    /// <summary>Time per output token after the first, or null with fewer than two.</summary>
    public double? PerToken => PerFurtherToken(Last);

    private double? PerFurtherToken(long until) => First > 0 && OutputTokens > 1 ? (double)(until - First) / (OutputTokens - 1) : null;
}
