namespace Gateway.Upstream;

/// <summary>What an attempt's end says about its replica, and so what may follow (docs/operations.md, "What happens when an upstream fails").</summary>
internal enum AttemptVerdict
{
    /// <summary>An answer for the client.</summary>
    Answered,

    /// <summary>The client's fault (4xx): final, and the replica is well.</summary>
    Refused,

    /// <summary>A 4xx that says that the model's context is too short: final, unless an equivalent model may be asked.</summary>
    ContextTooLong,

    /// <summary>This replica does not know the model; another may.</summary>
    ModelMissing,

    /// <summary>429: a pause, no ejection.</summary>
    RateLimited,

    /// <summary>What the provider allows us (<c>rate-limit</c>) has no room: nothing was sent; another provider may be asked.</summary>
    OverLimit,

    /// <summary>529, or a 503 that names overload: a pause, no ejection.</summary>
    Overloaded,

    /// <summary>Counts towards ejection; another replica may be asked.</summary>
    Failed,

    /// <summary>401 or 403 for the gateway's credentials: another provider may be asked.</summary>
    CredentialsRejected,

    /// <summary>There is no access token to ask with: nothing was sent; another provider may be asked.</summary>
    NoCredential,

    /// <summary>The gateway has no connection left for this replica; another may be asked.</summary>
    Saturated,

    /// <summary>Asked to go on with a broken stream, the replica gave another answer: final.</summary>
    Diverged,

    /// <summary>Ended from this side: the client left, the deadline passed, the gateway stops or another replica was faster.</summary>
    Cancelled,
}
