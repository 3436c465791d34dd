namespace Gateway.Telemetry;

/// <summary>One upstream attempt, for the access log and <c>gateway_upstream_attempts_total</c>.</summary>
/// <param name="Provider">Provider name of the configuration.</param>
/// <param name="Replica">Replica id, <c>provider-N</c>.</param>
/// <param name="Result"><c>ok</c>, <c>cancelled</c> (another replica was faster), <c>client_closed</c> or a failure's wire code.</param>
/// <param name="Elapsed">From the attempt's start to its result (streams: to first content).</param>
internal readonly record struct AttemptRecord(string Provider, string Replica, string Result, TimeSpan Elapsed)
{
    /// <summary>The result of the loser of a hedge.</summary>
    internal const string Cancelled = "cancelled";

    public AttemptKind Kind { get; init; }

    /// <summary>Of a retry: the result it followed.</summary>
    public string? Reason { get; init; }

    /// <summary>The provider of the attempt it followed, when that was another one.</summary>
    public string? FallbackFrom { get; init; }

    /// <summary>Sent with the provider's correlation header; null without one.</summary>
    public string? CorrelationId { get; init; }
}
