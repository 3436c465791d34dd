using Gateway.Failures;
using Gateway.Relay;
using Gateway.Telemetry;

namespace Gateway.Upstream;

/// <summary>Sends a request to its candidates, one after the other, until one answers.</summary>
internal sealed class UpstreamSender(TimeProvider time, Random random)
{
    /// <summary>Attempts of one request that reached an upstream; refused connections do not count.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Tries the candidates in their order. Never throws for an upstream's sake.</summary>
    /// <param name="call">What to ask.</param>
    /// <param name="candidates">At least one, best first.</param>
    /// <param name="lifetime">The request's cancellation; it closes the upstream connection at once.</param>
    /// <param name="outcome">Takes a record of every attempt.</param>
    internal async Task<AttemptResult> SendAsync(UpstreamCall call, IReadOnlyList<Candidate> candidates, RequestLifetime lifetime, RequestOutcome outcome)
    {
        AttemptResult result = default;
        int answered = 0;
        for (int i = 0; i < candidates.Count && answered < MaxAttempts; i++)
        {
            Candidate candidate = candidates[i];
            long start = time.GetTimestamp();
            Attempt attempt = new(call, candidate, lifetime, time, random);
            result = await attempt.RunAsync();

            outcome.CorrelationId = attempt.CorrelationId;
            string text = result.Failure is null ? "ok" : FailureTable.Of(result.Failure.Code).Code;
            outcome.Attempts.Add(new(candidate.Replica.Provider.Name, candidate.Replica.Id, text, time.GetElapsedTime(start)));
            if (!result.MayTryAnother)
                break;
            answered += result.Failure!.Code == FailureCode.UpstreamUnreachable ? 0 : 1;
        }

        return result;
    }
}
