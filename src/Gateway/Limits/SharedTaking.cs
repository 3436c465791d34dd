using Gateway.Redis;

namespace Gateway.Limits;

/// <summary>One run of <see cref="SharedScripts.Take"/>: its arguments, and what its reply says. Used again and again, by one request at a time.</summary>
internal sealed class SharedTaking
{
    private const int KindsOfLimits = 3;
    private const int MostLimits = 2 * KindsOfLimits;
    private const int Common = 2;

    private readonly RedisArgument[] _arguments = new RedisArgument[MostLimits + Common + (KindsOfLimits * MostLimits)];
    private readonly (LimitScope Scope, LimitKind Kind, long Limit, long Cost)[] _limits = new (LimitScope, LimitKind, long, long)[MostLimits];

    private bool _isTokenFree;

    /// <summary>Limits of the claim, which are the script's keys.</summary>
    internal int Count { get; private set; }

    internal ReadOnlyMemory<RedisArgument> Arguments => _arguments.AsMemory(0, Count + Common + (3 * Count));

    /// <param name="claim">With at least one scope.</param>
    /// <param name="slot">The slot's name.</param>
    /// <param name="lease">How long the slot is held without renewal.</param>
    internal void Set(LimitClaim claim, byte[] slot, TimeSpan lease)
    {
        Count = 0;
        _isTokenFree = claim.IsTokenFree;
        Add(claim.First, claim);
        Add(claim.Second, claim);
        for (int i = 0; i < Count; i++)
            _arguments[i] = KeyOf(_limits[i].Scope, _limits[i].Kind);
        _arguments[Count] = slot;
        _arguments[Count + 1] = (long)lease.TotalMilliseconds;
        for (int i = 0; i < Count; i++)
        {
            int at = Count + Common + (3 * i);
            _arguments[at] = ModeOf(_limits[i].Kind);
            _arguments[at + 1] = _limits[i].Limit;
            _arguments[at + 2] = _limits[i].Cost;
        }
    }

    /// <returns>Null: not what the script says.</returns>
    internal LimitVerdict? Read(RedisReply reply)
    {
        ReadOnlySpan<RedisReply> items = reply.Items;
        if (items.Length != Common + (2 * Count) || items[0].Integer < 0 || items[0].Integer > Count)
            return null;
        LimitVerdict verdict = default;
        if (items[0].Integer is > 0 and long refused)
        {
            (LimitScope scope, LimitKind kind, _, _) = _limits[refused - 1];
            TimeSpan wait = TimeSpan.FromMicroseconds(items[1].Integer);
            verdict = new() { RefusedBy = scope, Refused = kind, RetryAfter = wait < SharedLimits.ShortestWait ? SharedLimits.ShortestWait : wait };
        }

        for (int i = 0; i < Count; i++)
        {
            LimitStanding standing = new(_limits[i].Limit, items[Common + (2 * i)].Integer, TimeSpan.FromMicroseconds(items[Common + (2 * i) + 1].Integer));
            verdict = _limits[i].Kind switch
            {
                LimitKind.RequestsPerMinute => verdict with { Requests = Tighter(verdict.Requests, standing) },
                LimitKind.TokensPerMinute => verdict with { Tokens = Tighter(verdict.Tokens, standing) },
                _ => verdict,
            };
        }

        return verdict;
    }

    private string ModeOf(LimitKind kind) => kind switch
    {
        LimitKind.ConcurrentRequests => "slots",
        LimitKind.TokensPerMinute when _isTokenFree => "look",
        _ => "rate",
    };

    private void Add(LimitScope? scope, LimitClaim claim)
    {
        if (scope is null)
            return;
        if (claim.WantsRequest && scope.Options.RequestsPerMinute is { } requests)
            _limits[Count++] = (scope, LimitKind.RequestsPerMinute, requests, 1);
        if (scope.Options.TokensPerMinute is { } limit)
            _limits[Count++] = (scope, LimitKind.TokensPerMinute, limit, claim.IsTokenFree ? 0 : Math.Min(claim.Tokens, limit));
        if (claim.WantsRequest && scope.Options.ConcurrentRequests is { } slots)
            _limits[Count++] = (scope, LimitKind.ConcurrentRequests, slots, 1);
    }

    private static byte[] KeyOf(LimitScope scope, LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => SharedKeys.Of(scope).Requests,
        LimitKind.TokensPerMinute => SharedKeys.Of(scope).Tokens,
        _ => SharedKeys.Of(scope).Slots,
    };

    private static LimitStanding Tighter(LimitStanding? known, LimitStanding other) => known is { } one && one.Remaining <= other.Remaining ? one : other;
}
