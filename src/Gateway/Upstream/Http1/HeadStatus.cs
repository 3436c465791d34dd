namespace Gateway.Upstream.Http1;

/// <summary>What a response head's bytes so far amount to.</summary>
internal enum HeadStatus
{
    NeedMore,
    Done,
    Invalid,

    /// <summary>More fields than <see cref="Http1Limits.HeaderFields"/>.</summary>
    TooLarge,
}
