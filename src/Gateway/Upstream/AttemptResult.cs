using Gateway.Failures;
using Gateway.Health;
using Gateway.Limits;
using Gateway.Upstream.Adaptation;

namespace Gateway.Upstream;

/// <summary>How one attempt ended: an answer or a failure, never both. An object: a dozen fields, copied by every method it is awaited in, cost more than allocating it.</summary>
/// <param name="Response">To be disposed by whoever takes it.</param>
/// <param name="Failure">What went wrong.</param>
/// <param name="Verdict">What that says about the replica.</param>
internal sealed record AttemptResult(UpstreamResponse? Response, Failure? Failure, AttemptVerdict Verdict)
{
    /// <summary>What counts towards ejection; of <see cref="AttemptVerdict.Failed"/> only.</summary>
    public FailureReason Reason { get; init; }

    /// <summary>The pause the upstream asked for; null when it named none.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>A plain 500: worth one more try and no third.</summary>
    public bool IsServerFault { get; init; }

    /// <summary>There was no connection, so nothing was asked: free of charge. A connection that breaks under a request is not, or one that kills its replica would reach them all.</summary>
    public bool NeverConnected { get; init; }

    /// <summary>Sent with the provider's correlation header; null without one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Sends before the one that decided, refused for a field that was then left out; null when there was none.</summary>
    public IReadOnlyList<RefusedSend>? Refused { get; init; }

    /// <summary>Of <see cref="AttemptVerdict.OverLimit"/>: whose limit, as the metric names it.</summary>
    public string? LimitedBy { get; init; }

    /// <summary>For <c>gateway probe</c>: what is behind a failure; null when the failure says it all.</summary>
    public AttemptEvidence? Evidence { get; init; }

    /// <summary>As metrics and access log name it.</summary>
    internal string Name => Failure is null ? "ok" : FailureTable.Of(Failure.Code).Code;

    internal static AttemptResult Success(UpstreamResponse response) => new(response, null, AttemptVerdict.Answered);

    internal static AttemptResult Failed(FailureReason reason, FailureCode code, string message) => Failed(reason, new(code, message));

    internal static AttemptResult Failed(FailureReason reason, Failure failure) => new(null, failure, AttemptVerdict.Failed) { Reason = reason };

    /// <summary>The provider's own limit had no room, or the request ended while it waited for it.</summary>
    internal static AttemptResult NotAdmitted(in LimitVerdict refusal, Failure? ended) => refusal.RefusedBy is { } scope && ended is null
        ? new(null, LimitFailures.Of(refusal), AttemptVerdict.OverLimit) { NeverConnected = true, LimitedBy = scope.Label }
        : Cancelled(ended ?? new(FailureCode.ClientClosed, "Another replica was faster."));

    internal static AttemptResult Cancelled(Failure failure) => new(null, failure, AttemptVerdict.Cancelled);
}
