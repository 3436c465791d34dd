using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>
/// Replicas in proportion to their providers' weights; a provider's weight is split over its replicas at hand. The others follow by weight.
/// </summary>
/// <remarks>
/// Turn t takes the replica at the fraction t/φ of the weights laid end to end. These fractions are spread evenly from the first on, so shares are
/// right in every short run of requests; there is no state but the turn, which makes it right under any concurrency and when replicas come and go.
/// </remarks>
internal sealed class WeightedTurns(IReadOnlyDictionary<Provider, double> weights) : IBalancingStrategy
{
    // 2^32/φ, odd: t × this visits every 32-bit number once before it repeats.
    private const uint GoldenRatio = 2654435769;

    public void Order(Span<Candidate> replicas, in BalanceContext context)
    {
        int count = replicas.Length;
        Span<double> costs = count <= IBalancingStrategy.OnStack ? stackalloc double[count] : new double[count];
        double total = Split(replicas, costs);
        double at = unchecked(context.Turn * GoldenRatio) / (double)(1L << 32) * total;
        int chosen = 0;
        while (chosen < count - 1 && at >= -costs[chosen])
            at += costs[chosen++];

        Arrange.RotateLeft(replicas, chosen);
        Arrange.RotateLeft(costs, chosen);
        Arrange.SortBy(costs[1..], replicas[1..]);
    }

    /// <summary>Fills in the weights as costs, negative: the heaviest sorts first.</summary>
    private double Split(ReadOnlySpan<Candidate> replicas, Span<double> costs)
    {
        double total = 0;
        for (int start = 0, end; start < replicas.Length; start = end)
        {
            Provider provider = replicas[start].Replica.Provider;
            end = start + 1;
            while (end < replicas.Length && replicas[end].Replica.Provider == provider)
                end++;
            double weight = weights[provider];
            costs[start..end].Fill(-weight / (end - start));
            total += weight;
        }

        return total;
    }
}
