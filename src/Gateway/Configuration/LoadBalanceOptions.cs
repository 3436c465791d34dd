namespace Gateway.Configuration;

/// <summary>One entry of <c>routers.*.load-balance</c>.</summary>
/// <param name="Strategy">How replicas of all listed providers are picked.</param>
/// <param name="Providers">Every one exists, each once.</param>
internal sealed record LoadBalanceOptions(BalancingStrategy Strategy, IReadOnlyList<WeightedProvider> Providers);
