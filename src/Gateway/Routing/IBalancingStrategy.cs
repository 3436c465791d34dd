using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Orders the replicas that can serve a request: the first is tried first, the others are its fallback. Thread-safe; allocates nothing.</summary>
internal interface IBalancingStrategy
{
    /// <summary>Replicas up to which the strategies keep their scratch on the stack.</summary>
    internal const int OnStack = 128;

    /// <param name="replicas">At least two, those of a provider together; reordered in place.</param>
    /// <param name="context">Of the request.</param>
    void Order(Span<Candidate> replicas, in BalanceContext context);
}
