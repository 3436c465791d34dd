using System.Collections.Concurrent;

namespace Gateway.Limits;

/// <summary>
/// Counts of this process, by owner and name: they outlive a configuration, and a changed limit starts with what was used under the old one. One small
/// lock: whatever two scopes limit is checked and taken in one step. Allocates nothing per request.
/// </summary>
internal sealed class LocalLimits(TimeProvider time) : ILimits
{
    private readonly ConcurrentDictionary<string, LimitState>[] _states = [New(), New(), New()];
    private readonly Lock _lock = new();

    public ValueTask<LimitVerdict> AdmitAsync(LimitClaim claim, CancellationToken cancellation)
    {
        LimitState? first = claim.FirstState = StateOf(claim.First);
        LimitState? second = claim.SecondState = StateOf(claim.Second);
        long now = time.GetTimestamp();
        LimitRefusal refusal = default;
        lock (_lock)
        {
            Advance(claim, first, second, now);
            first?.CheckRequest(claim.First!, ref refusal);
            second?.CheckRequest(claim.Second!, ref refusal);
            if (refusal.By is null)
            {
                first?.TakeRequest(claim.First!.Options);
                second?.TakeRequest(claim.Second!.Options);
                claim.IsAdmitted = true;
                // Tokens are told with their reservation: standings are most of what a limit costs.
                return new(new LimitVerdict { Requests = Requests(claim, first, second) });
            }

            return new(Verdict(claim, first, second, refusal));
        }
    }

    public ValueTask<LimitVerdict> ReserveAsync(LimitClaim claim, CancellationToken cancellation)
    {
        if (!claim.HasTokenLimit)
            return default;
        LimitState? first = claim.FirstState ??= StateOf(claim.First);
        LimitState? second = claim.SecondState ??= StateOf(claim.Second);
        long now = time.GetTimestamp();
        LimitRefusal refusal = default;
        lock (_lock)
        {
            Advance(claim, first, second, now);
            if (claim.IsTokenFree)
                return new(new LimitVerdict { Tokens = Tokens(claim, first, second) });
            first?.CheckTokens(claim.First!, claim.Tokens, ref refusal);
            second?.CheckTokens(claim.Second!, claim.Tokens, ref refusal);
            if (refusal.By is not null)
                return new(Verdict(claim, first, second, refusal));
            first?.TakeTokens(claim.First!.Options, claim.Tokens);
            second?.TakeTokens(claim.Second!.Options, claim.Tokens);
            claim.IsReserved = true;
            return new(new LimitVerdict { Tokens = Tokens(claim, first, second) });
        }
    }

    public void Settle(LimitClaim claim, long usedTokens)
    {
        if (!claim.IsReserved)
            return;
        claim.IsReserved = false;
        LimitState? first = claim.FirstState;
        LimitState? second = claim.SecondState;
        long now = time.GetTimestamp();
        lock (_lock)
        {
            first?.Settle(claim.First!.Options, claim.Tokens, usedTokens, now);
            second?.Settle(claim.Second!.Options, claim.Tokens, usedTokens, now);
        }
    }

    public void Release(LimitClaim claim)
    {
        if (!claim.IsAdmitted)
            return;
        claim.IsAdmitted = false;
        LimitState? first = claim.FirstState;
        LimitState? second = claim.SecondState;
        lock (_lock)
        {
            first?.Release();
            second?.Release();
        }
    }

    /// <summary>How a scope stands now.</summary>
    internal (LimitStanding? Requests, LimitStanding? Tokens, int Inflight) Read(LimitScope scope)
    {
        LimitState state = StateOf(scope)!;
        long now = time.GetTimestamp();
        lock (_lock)
        {
            state.Advance(scope.Options, now);
            return (state.Requests(scope.Options), state.Tokens(scope.Options), state.Inflight);
        }
    }

    private static void Advance(LimitClaim claim, LimitState? first, LimitState? second, long now)
    {
        first?.Advance(claim.First!.Options, now);
        second?.Advance(claim.Second!.Options, now);
    }

    private static LimitVerdict Verdict(LimitClaim claim, LimitState? first, LimitState? second, in LimitRefusal refusal) =>
        refusal.ToVerdict(Requests(claim, first, second), Tokens(claim, first, second));

    private static LimitStanding? Requests(LimitClaim claim, LimitState? first, LimitState? second) =>
        Least(first?.Requests(claim.First!.Options), second?.Requests(claim.Second!.Options));

    private static LimitStanding? Tokens(LimitClaim claim, LimitState? first, LimitState? second) =>
        Least(first?.Tokens(claim.First!.Options), second?.Tokens(claim.Second!.Options));

    private static LimitStanding? Least(LimitStanding? first, LimitStanding? second) =>
        first is null || second?.Remaining < first.Value.Remaining ? second : first;

    private LimitState? StateOf(LimitScope? scope)
    {
        if (scope is null)
            return null;
        ConcurrentDictionary<string, LimitState> states = _states[(int)scope.Owner];
        return states.TryGetValue(scope.Name, out LimitState? state) ? state : states.GetOrAdd(scope.Name, new LimitState(time.TimestampFrequency));
    }

    private static ConcurrentDictionary<string, LimitState> New() => new(StringComparer.Ordinal);
}
