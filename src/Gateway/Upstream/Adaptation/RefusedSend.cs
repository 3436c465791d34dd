namespace Gateway.Upstream.Adaptation;

/// <summary>A send whose refusal was answered by sending again to the same replica, without a field or with another token.</summary>
/// <param name="Result">As metrics and access log name it.</param>
/// <param name="Elapsed">What it took.</param>
/// <param name="CorrelationId">Its own; null without one.</param>
internal readonly record struct RefusedSend(string Result, TimeSpan Elapsed, string? CorrelationId);
