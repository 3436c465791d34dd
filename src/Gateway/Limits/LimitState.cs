using Gateway.Configuration;

namespace Gateway.Limits;

/// <summary>What one key, router or provider has used. Not thread-safe.</summary>
/// <param name="frequency">Clock ticks per second.</param>
internal sealed class LimitState(long frequency)
{
    /// <summary>A slot comes free whenever some answer ends: nobody knows when.</summary>
    private static readonly TimeSpan SlotWait = TimeSpan.FromSeconds(1);

    private readonly LimitBucket _requests = new(frequency);
    private readonly LimitBucket _tokens = new(frequency);

    /// <summary>Requests that hold a slot, whether slots are limited or not.</summary>
    internal int Inflight { get; private set; }

    internal void Advance(LimitOptions options, long now)
    {
        if (options.RequestsPerMinute is { } requests)
            _requests.Advance(requests, now);
        if (options.TokensPerMinute is { } tokens)
            _tokens.Advance(tokens, now);
    }

    /// <summary>Whether one request and one slot are free.</summary>
    internal void CheckRequest(LimitScope scope, ref LimitRefusal refusal)
    {
        if (scope.Options.RequestsPerMinute is not null)
            refusal.Add(scope, LimitKind.RequestsPerMinute, _requests.WaitFor(1));
        if (Inflight >= scope.Options.ConcurrentRequests)
            refusal.Add(scope, LimitKind.ConcurrentRequests, SlotWait);
    }

    internal void CheckTokens(LimitScope scope, long tokens, ref LimitRefusal refusal)
    {
        if (scope.Options.TokensPerMinute is { } limit)
            refusal.Add(scope, LimitKind.TokensPerMinute, _tokens.WaitFor(Math.Min(tokens, limit)));
    }

    internal void TakeRequest(LimitOptions options)
    {
        Inflight++;
        if (options.RequestsPerMinute is not null)
            _requests.Take(1);
    }

    internal void TakeTokens(LimitOptions options, long tokens)
    {
        if (options.TokensPerMinute is { } limit)
            _tokens.Take(Math.Min(tokens, limit));
    }

    internal void Settle(LimitOptions options, long reserved, long used, long now)
    {
        if (options.TokensPerMinute is { } limit)
            _tokens.Correct(used - Math.Min(reserved, limit), now);
    }

    internal void Release() => Inflight--;

    internal LimitStanding? Requests(LimitOptions options) => options.RequestsPerMinute is null ? null : _requests.Standing;

    internal LimitStanding? Tokens(LimitOptions options) => options.TokensPerMinute is null ? null : _tokens.Standing;
}
