namespace Gateway.Limits;

/// <summary>Counts requests, tokens and slots. Each call takes from every scope of the claim or from none. Safe to call from many threads.</summary>
/// <remarks>A claim is used again once it was given back: nothing may hold on to it after <see cref="Release"/> has returned.</remarks>
internal interface ILimits
{
    /// <summary>Step 1, from headers alone: one request and one slot.</summary>
    ValueTask<LimitVerdict> AdmitAsync(LimitClaim claim, CancellationToken cancellation);

    /// <summary>
    /// When the request is known, and whether an upstream has to be asked: <see cref="LimitClaim.Tokens"/>, unless <see cref="LimitClaim.IsTokenFree"/>; with them
    /// whatever <see cref="AdmitAsync"/> left for one round trip.
    /// </summary>
    ValueTask<LimitVerdict> ReserveAsync(LimitClaim claim, CancellationToken cancellation);

    /// <summary>Corrects the reservation with what was used; the balance may become negative. Does not wait.</summary>
    void Settle(LimitClaim claim, long usedTokens);

    /// <summary>Gives the slot back, once. Does not wait.</summary>
    void Release(LimitClaim claim);
}
