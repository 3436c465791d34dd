namespace Gateway.Health;

/// <summary>What one replica has done lately and what it may therefore be asked now. Thread-safe.</summary>
internal sealed class ReplicaHealth
{
    /// <summary>What a new request may do with the replica.</summary>
    internal ReplicaCondition Condition => ReplicaCondition.Usable;

    /// <summary>Share of its usual requests during a slow start, above 0 to 1.</summary>
    internal double Share => 1;

    /// <summary>How much of a cool-down is left; zero when none is.</summary>
    internal TimeSpan CoolingFor => TimeSpan.Zero;

    /// <summary>Whether the cool-down was asked for by a rate limit (429) rather than by overload (503, 529).</summary>
    internal bool IsRateLimited => false;

    /// <summary>When it was last ejected, a timestamp of the clock; 0: never.</summary>
    internal long LastEjected => 0;

    /// <summary>Claims the one trial after an ejection; false when another request has it. Ends with <see cref="Answered"/>, <see cref="Failed"/> or <see cref="AbandonTrial"/>.</summary>
    internal bool TryBeginTrial() => true;

    /// <summary>The trial ended without a verdict: its client left, or another replica was faster.</summary>
    internal void AbandonTrial()
    {
    }

    /// <summary>The replica gave its first content: ends a trial well. Not yet a success.</summary>
    internal void Answered()
    {
    }

    /// <summary>A whole answer, or one that shows that the replica works (4xx).</summary>
    internal void Succeeded()
    {
    }

    /// <summary>Counts towards ejection.</summary>
    /// <param name="reason">What happened.</param>
    /// <param name="hasAlternative">Whether a replica of another provider could have served the request: then all of a provider's replicas may be ejected.</param>
    internal void Failed(FailureReason reason, bool hasAlternative)
    {
    }

    /// <summary>Keeps requests away for a while, without ejecting; the whole provider when it is keyed and this is a rate limit.</summary>
    /// <param name="retryAfter">What the upstream asked for; null: 1 s, doubling to 30 s with each one in a row, with jitter.</param>
    /// <param name="isRateLimit">429 rather than overload.</param>
    internal void CoolDown(TimeSpan? retryAfter, bool isRateLimit)
    {
    }

    /// <summary>The upstream rejected the gateway's credentials: all of the provider's replicas are unhealthy for a while.</summary>
    internal void CredentialsRejected()
    {
    }
}
