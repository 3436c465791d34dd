namespace Gateway.Load.Run;

/// <summary>A line of a trace: when, and how much.</summary>
/// <param name="At">Seconds since the trace's first line.</param>
/// <param name="PromptTokens">0: as the run's options say.</param>
/// <param name="OutputTokens">Used with prompt tokens.</param>
internal readonly record struct TraceEntry(double At, int PromptTokens, int OutputTokens);
