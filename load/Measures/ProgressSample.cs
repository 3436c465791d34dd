namespace Gateway.Load.Measures;

/// <summary>One interval of the progress display; times in nanoseconds, of whole answers only; errors since the start.</summary>
internal readonly record struct ProgressSample(long Completed, long P50, long P99, long Errors, int InFlight);
