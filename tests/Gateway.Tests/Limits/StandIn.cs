using Gateway.Limits;

namespace Gateway.Tests.Limits;

/// <summary>Local limits that grant everything and remember what they were asked.</summary>
internal sealed class StandIn : ILimits
{
    private readonly List<string> _calls = [];

    /// <summary>Refuses reservations.</summary>
    internal bool IsOutOfTokens { get; set; }

    internal IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
                return [.. _calls];
        }
    }

    public ValueTask<LimitVerdict> AdmitAsync(LimitClaim claim, CancellationToken cancellation)
    {
        Note("admit");
        claim.IsAdmitted = true;
        return ValueTask.FromResult(default(LimitVerdict));
    }

    public ValueTask<LimitVerdict> ReserveAsync(LimitClaim claim, CancellationToken cancellation)
    {
        Note("reserve");
        claim.IsReserved = !IsOutOfTokens;
        return ValueTask.FromResult(IsOutOfTokens ? new LimitVerdict { RefusedBy = claim.First, Refused = LimitKind.TokensPerMinute } : default);
    }

    public void Settle(LimitClaim claim, long usedTokens) => Note($"settle {usedTokens}");

    public void Release(LimitClaim claim)
    {
        Note("release");
        claim.IsAdmitted = false;
    }

    private void Note(string call)
    {
        lock (_calls)
            _calls.Add(call);
    }
}
