namespace Gateway.Configuration;

/// <summary>How a router picks among usable replicas (<c>routers.*.load-balance.*.strategy</c>).</summary>
internal enum BalancingStrategy
{
    /// <summary>Providers in order; least requests inside each. Also what absent <c>load-balance</c> or <c>strategy</c> means.</summary>
    Priority,
    RoundRobin,
    Weighted,
    LeastRequests,
    Latency,
    PrefixAffinity,
}
