using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Orders the replicas that can serve a request: the first is tried first, the others are its fallback.</summary>
internal interface IBalancingStrategy
{
    /// <param name="replicas">At least one; reordered in place.</param>
    void Order(Span<Candidate> replicas);
}
