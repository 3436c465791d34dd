using Gateway.Failures;
using Gateway.Health;

namespace Gateway.Upstream;

/// <summary>From what happened to an attempt to what its replica's health is told.</summary>
internal static class HealthReports
{
    /// <summary>An attempt ended before anything of it reached the client.</summary>
    /// <param name="replica">Who was asked.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="holdsTrial">Whether the attempt was the one trial after an ejection.</param>
    /// <param name="hasAlternative">Whether another provider could serve the request.</param>
    internal static void Report(Replica replica, AttemptResult result, bool holdsTrial, bool hasAlternative)
    {
        ReplicaHealth health = replica.Health;
        switch (result.Verdict)
        {
            case AttemptVerdict.Answered:
                health.Answered();
                break;
            case AttemptVerdict.Refused or AttemptVerdict.ContextTooLong or AttemptVerdict.Diverged:
                health.Succeeded();
                break;
            case AttemptVerdict.Failed:
                health.Failed(result.Reason, hasAlternative);
                if (result.Pause is { } pause)
                    health.CoolDown(pause, isRateLimit: false);
                break;
            case AttemptVerdict.RateLimited or AttemptVerdict.Overloaded:
                health.CoolDown(result.Pause, result.Verdict == AttemptVerdict.RateLimited);
                break;
            case AttemptVerdict.CredentialsRejected:
                health.CredentialsRejected();
                break;
            default:
                // No verdict on the replica: its trial, if this was one, is another request's to make.
                if (holdsTrial)
                    health.AbandonTrial();
                break;
        }
    }

    /// <summary>An answer that was being relayed is over.</summary>
    /// <param name="replica">Whose answer.</param>
    /// <param name="failure">What ended it; null: it was complete.</param>
    /// <param name="hasAlternative">Whether another provider could have served the request.</param>
    internal static void Report(Replica replica, Failure? failure, bool hasAlternative)
    {
        switch (failure?.Code)
        {
            case null:
                replica.Health.Succeeded();
                break;
            case FailureCode.Incomplete:
                replica.Health.Failed(FailureReason.Incomplete, hasAlternative);
                break;
            case FailureCode.IdleTimeout:
                replica.Health.Failed(FailureReason.Timeout, hasAlternative);
                break;
            case FailureCode.UpstreamFailed:
                replica.Health.Failed(FailureReason.ServerError, hasAlternative);
                break;
            case FailureCode.UpstreamInvalidResponse:
                replica.Health.Failed(FailureReason.InvalidResponse, hasAlternative);
                break;
        }
    }
}
