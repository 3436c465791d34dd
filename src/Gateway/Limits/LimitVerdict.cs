namespace Gateway.Limits;

/// <summary>Whether a claim was granted. Where several scopes limit the same thing, the standing is of the one with the least remaining.</summary>
internal readonly record struct LimitVerdict
{
    /// <summary>Null: granted. Else the scope that refused; nothing was taken from any.</summary>
    public LimitScope? RefusedBy { get; init; }

    public LimitKind Refused { get; init; }

    /// <summary>When the same claim may be granted; at least a millisecond where refused.</summary>
    public TimeSpan RetryAfter { get; init; }

    public LimitStanding? Requests { get; init; }

    public LimitStanding? Tokens { get; init; }

    public bool IsGranted => RefusedBy is null;
}
