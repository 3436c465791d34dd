namespace Gateway.Load.Run;

/// <summary>A line of a trace: when, and how much.</summary>
/// <param name="At">Seconds since the trace's first line.</param>
/// <param name="PromptTokens">Null: as the run's options say.</param>
/// <param name="OutputTokens">Null: as the run's options say.</param>
internal readonly record struct TraceEntry(double At, int? PromptTokens, int? OutputTokens)
{
    public bool HasLengths => PromptTokens is not null || OutputTokens is not null;
}
