namespace Gateway.Simulator.Faults;

/// <summary>Everything that deviates from a normal answer; <see cref="None"/> deviates in nothing.</summary>
internal sealed record FaultPlan
{
    public static readonly FaultPlan None = new();

    /// <summary>An error status instead of an answer; 0 is none.</summary>
    public int Status { get; init; }

    /// <summary>The Retry-After of <see cref="Status"/> in seconds; −1 is none.</summary>
    public int RetryAfterSeconds { get; init; } = -1;

    /// <summary>The message of <see cref="Status"/> when it is not the standard one.</summary>
    public string? Message { get; init; }

    /// <summary><see cref="Status"/> comes with no body at all.</summary>
    public bool EmptyBody { get; init; }

    /// <summary>Percent of requests that get 503 instead.</summary>
    public int FlakyPercent { get; init; }

    /// <summary>The status for bodies with a field of <see cref="Requests.StrictFields"/>; 0 takes them.</summary>
    public int StrictStatus { get; init; }

    /// <summary>How often the answer is still pending when it is asked for; 0 answers at once.</summary>
    public int PendingPolls { get; init; }

    public bool Silent { get; init; }

    public TimeSpan? FirstTokenDelay { get; init; }

    public Ending Ending { get; init; }

    /// <summary>Content chunks before <see cref="Ending"/>; an answer that has fewer meets it before its finish chunk.</summary>
    public int EndAfter { get; init; }

    /// <summary>A broken event precedes this content chunk (counted from 1); 0 is none.</summary>
    public int MalformedAt { get; init; }

    public BodyFault Body { get; init; }

    public bool NoDone { get; init; }

    public bool Dribble { get; init; }

    public bool Crlf { get; init; }

    public bool Comments { get; init; }

    public bool Tools { get; init; }

    public bool ForeignHeaders { get; init; }

    public UsageMode Usage { get; init; }

    public TextKind Text { get; init; }

    public int ReasoningChunks { get; init; }

    /// <summary>Content bytes of every chunk in KiB; 0 is normal tokens.</summary>
    public int BigChunkKiB { get; init; }
}
