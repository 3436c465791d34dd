namespace Gateway.Limits;

/// <summary>What one request takes from its limits, and has taken. Used by one request at a time; reusable after <see cref="Reset"/>.</summary>
internal sealed class LimitClaim
{
    /// <summary>First scope; null: none.</summary>
    internal LimitScope? First { get; set; }

    /// <summary>Second scope; null: none.</summary>
    internal LimitScope? Second { get; set; }

    /// <summary>Where <see cref="First"/> is counted by this process: found with the request, used until it is over.</summary>
    internal LimitState? FirstState { get; set; }

    /// <summary>Where <see cref="Second"/> is.</summary>
    internal LimitState? SecondState { get; set; }

    /// <summary>Tokens to reserve; capped at a scope's limit when taken.</summary>
    internal long Tokens { get; set; }

    /// <summary>The request counts and costs no tokens: somebody else's answer will do.</summary>
    internal bool IsTokenFree { get; set; }

    /// <summary>Of an upstream call that belongs to no request: tokens, but no request and no slot.</summary>
    internal bool IsOfCall { get; set; }

    /// <summary>Whether a request and a slot are taken.</summary>
    internal bool IsAdmitted { get; set; }

    /// <summary>Whether <see cref="Tokens"/> are taken.</summary>
    internal bool IsReserved { get; set; }

    /// <summary>Whether they were taken from the limits that gateways share; what is given back goes there too.</summary>
    internal bool IsShared { get; set; }

    /// <summary>Names the slot among all gateways; set by whoever shares it.</summary>
    internal UInt128 Id { get; set; }

    internal bool HasTokenLimit => First?.Options.TokensPerMinute is not null || Second?.Options.TokensPerMinute is not null;

    /// <summary>Whether a request and a slot are yet to be taken.</summary>
    internal bool WantsRequest => !IsAdmitted && !IsOfCall;

    internal void Reset()
    {
        First = Second = null;
        FirstState = SecondState = null;
        Tokens = 0;
        IsTokenFree = IsOfCall = IsAdmitted = IsReserved = IsShared = false;
        Id = default;
    }
}
