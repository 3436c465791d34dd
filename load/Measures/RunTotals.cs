using Gateway.Load.Answers;

namespace Gateway.Load.Measures;

/// <summary>Counts of a run's measured requests.</summary>
internal sealed record RunTotals
{
    public long Succeeded { get; init; }

    /// <summary>Those that kept every objective.</summary>
    public long Good { get; init; }

    public long Cancelled { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>Those of the output tokens that were reasoning, as far as the upstream said so.</summary>
    public long ReasoningTokens { get; init; }

    public long PromptTokens { get; init; }

    public long Chunks { get; init; }

    /// <summary>Chunks that came since the end of the warm-up, those of requests of the warm-up too: what the process under test worked for while its CPU was measured.</summary>
    public long ChunksSinceWarmup { get; init; }

    public long Stalls { get; init; }

    /// <summary>Answers whose content was compared.</summary>
    public long Checked { get; init; }

    public ContentDifference Content { get; init; }

    /// <summary>When the last request ended.</summary>
    public long LastEnd { get; init; }
}
