namespace Gateway.Configuration;

/// <summary>One of <c>routers.*.load-balance.*.providers</c>.</summary>
/// <param name="Name">Of a configured provider.</param>
/// <param name="Weight">Its share of the requests, relative to the others'; above 0. Only <see cref="BalancingStrategy.Weighted"/> looks at it.</param>
internal sealed record WeightedProvider(string Name, double Weight = 1);
