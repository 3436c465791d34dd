namespace Gateway.Configuration;

/// <summary>How a router picks among usable replicas (<c>routers.*.load-balance.*.strategy</c>).</summary>
internal enum BalancingStrategy
{
    /// <summary>Providers in order; least requests inside each. What a router without <c>load-balance</c> does.</summary>
    Fallback,
    RoundRobin,
    LeastRequests,
    Weighted,
    Latency,
    Priority,
    PrefixAffinity,
}
