namespace Gateway.Configuration;

/// <summary>One entry of <c>routers.*.load-balance</c>.</summary>
/// <param name="Strategy">How replicas of all listed providers are picked.</param>
/// <param name="Providers">Provider names; every one exists.</param>
internal sealed record LoadBalanceOptions(BalancingStrategy Strategy, IReadOnlyList<string> Providers);
