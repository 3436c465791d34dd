namespace Gateway.Limits;

/// <summary>Claims of requests that are over, for those to come. Thread-safe.</summary>
internal sealed class LimitClaimPool
{
    /// <summary>More than are under way at once in a busy gateway costs 100 bytes each.</summary>
    private const int Capacity = 1024;

    private readonly Stack<LimitClaim> _spare = new(Capacity);
    private readonly Lock _lock = new();

    internal LimitClaim Rent()
    {
        lock (_lock)
            return _spare.TryPop(out LimitClaim? claim) ? claim : new();
    }

    /// <param name="claim">Settled and released; nobody uses it any more.</param>
    internal void Return(LimitClaim claim)
    {
        claim.Reset();
        lock (_lock)
        {
            if (_spare.Count < Capacity)
                _spare.Push(claim);
        }
    }
}
