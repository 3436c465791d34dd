namespace Gateway.Upstream.Adaptation;

/// <summary>A send whose refusal was answered by sending again without the field.</summary>
internal readonly record struct RefusedSend(TimeSpan Elapsed, string? CorrelationId);
