using Gateway.Failures;
using Gateway.Telemetry;
using Gateway.Upstream.Adaptation;

namespace Gateway.Upstream;

/// <summary>Where each attempt's end is entered once: the replica's health and latency, the recent times to content, the request's outcome.</summary>
internal sealed class AttemptLedger(UpstreamCall call, CandidateQueue queue, DispatchPolicy policy, RequestOutcome outcome)
{
    private string? _lastResult;
    private string? _lastProvider;

    /// <summary>Attempts that found no connection: they do not keep the next replica from being asked.</summary>
    internal int Unconnected { get; private set; }

    /// <summary>Plain 500s so far.</summary>
    internal int ServerFaults { get; private set; }

    /// <summary>An attempt has ended.</summary>
    /// <param name="candidate">Whom it asked.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="elapsed">Since its start.</param>
    /// <param name="kind">Why it was made.</param>
    /// <param name="holdsTrial">Whether it was its replica's trial.</param>
    internal void Enter(in Candidate candidate, AttemptResult result, TimeSpan elapsed, AttemptKind kind, bool holdsTrial)
    {
        bool hasAlternative = queue.HasAlternativeTo(candidate.Replica.Provider);
        HealthReports.Report(candidate.Replica, result, holdsTrial, hasAlternative);
        if (result.Response is not null)
        {
            result.Response.HasAlternative = hasAlternative;
            policy.Observe(call, candidate, elapsed);
        }
        else if (result.Failure!.Code == FailureCode.FirstByteTimeout)
        {
            policy.ObserveCensored(call, candidate, elapsed);
        }

        Count(candidate.Replica, result);
        // Whoever answers takes its place; when nobody does, this is who failed last.
        outcome.Provider = candidate.Replica.Provider.Name;
        outcome.Replica = candidate.Replica.Id;
        outcome.UpstreamModel = candidate.Model.Length > 0 ? candidate.Model : null;
        for (int i = 0; i < (result.Refused?.Count ?? 0); i++)
        {
            RefusedSend refused = result.Refused![i];
            Conclude(candidate, refused.Result, refused.Elapsed, kind, refused.CorrelationId);
            kind = AttemptKind.Retry;
            elapsed -= refused.Elapsed;
        }

        Conclude(candidate, result.Name, elapsed, kind, result.CorrelationId);
        outcome.CorrelationId = result.CorrelationId ?? outcome.CorrelationId;
    }

    /// <summary>An attempt was given up because another was faster: its content would have come later than now.</summary>
    internal void EnterLoser(in Candidate candidate, TimeSpan elapsed, AttemptKind kind, bool holdsTrial)
    {
        if (holdsTrial)
            candidate.Replica.Health.AbandonTrial();
        policy.ObserveCensored(call, candidate, elapsed);
        Record(candidate, AttemptRecord.Cancelled, elapsed, kind, null);
    }

    internal void HedgeWasSent() => outcome.IsHedged = true;

    internal void HedgeWasDenied() => outcome.HedgesDenied++;

    /// <summary>The provider's limit had no room for a hedge: nothing was sent.</summary>
    internal void HedgeWasRefused(bool isOnly)
    {
        outcome.HedgesDenied++;
        outcome.IsHedged &= !isOnly;
    }

    internal void HedgeEnded(bool won)
    {
        outcome.HedgesWon += won ? 1 : 0;
        outcome.HedgesLost += won ? 0 : 1;
    }

    /// <summary>Of every attempt, those of a race included that another one outlived: whom the request must not ask again is said here.</summary>
    private void Count(Replica replica, AttemptResult result)
    {
        ServerFaults += result.IsServerFault ? 1 : 0;
        Unconnected += result.NeverConnected ? 1 : 0;
        if (result.LimitedBy is { } owner)
            outcome.AddRejection(owner, result.Name);
        // All of a provider's replicas have the same limit and the same credentials.
        if (result.Verdict is AttemptVerdict.CredentialsRejected or AttemptVerdict.NoCredential or AttemptVerdict.OverLimit)
            queue.Exclude(replica.Provider);
        else if (result is { Verdict: AttemptVerdict.ModelMissing } or { Failure.Code: FailureCode.FirstByteTimeout })
            queue.Exclude(replica);
    }

    /// <summary>Records an attempt that the next one follows.</summary>
    private void Conclude(in Candidate candidate, string result, TimeSpan elapsed, AttemptKind kind, string? correlationId)
    {
        Record(candidate, result, elapsed, kind, correlationId);
        _lastResult = result;
        _lastProvider = candidate.Replica.Provider.Name;
    }

    private void Record(in Candidate candidate, string result, TimeSpan elapsed, AttemptKind kind, string? correlationId)
    {
        string provider = candidate.Replica.Provider.Name;
        outcome.Attempts.Add(new(provider, candidate.Replica.Id, result, elapsed)
        {
            Kind = kind,
            Reason = kind == AttemptKind.Retry ? _lastResult : null,
            FallbackFrom = _lastProvider is not null && _lastProvider != provider ? _lastProvider : null,
            CorrelationId = correlationId,
        });
    }
}
