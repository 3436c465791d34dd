namespace Gateway.Upstream.Hedging;

/// <summary>
/// A router's own allowance of hedges, beside the retry budget: starts at 1, cap 10, each request adds its share; no floor. Thread-safe, lock-free.
/// </summary>
/// <param name="share">Hedges as a share of requests, 0 to 1; with 0 there is never one.</param>
internal sealed class HedgeBudget(double share)
{
    /// <summary>A token in millionths: shares add up exactly.</summary>
    private const long Token = 1_000_000;

    private const long Capacity = 10 * Token;

    private readonly long _share = (long)Math.Round(share * Token);
    private long _tokens = share > 0 ? Token : 0;

    /// <summary>A request came in.</summary>
    internal void Add() => Put(_share);

    /// <summary>Takes one hedge; false when there is none left.</summary>
    internal bool TryTake()
    {
        long tokens = Volatile.Read(ref _tokens);
        while (tokens >= Token)
        {
            long seen = Interlocked.CompareExchange(ref _tokens, tokens - Token, tokens);
            if (seen == tokens)
                return true;

            tokens = seen;
        }

        return false;
    }

    /// <summary>Gives back one that was taken and not used.</summary>
    internal void Return() => Put(Token);

    private void Put(long amount)
    {
        long tokens = Volatile.Read(ref _tokens);
        while (tokens < Capacity)
        {
            long seen = Interlocked.CompareExchange(ref _tokens, Math.Min(tokens + amount, Capacity), tokens);
            if (seen == tokens)
                return;

            tokens = seen;
        }
    }
}
