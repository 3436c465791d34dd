using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>
/// The better of two replicas taken at random, by peak EWMA of the time to first content × (requests in flight + 1); the others follow by that cost.
/// Two at random rather than the best of all: gateways and requests that see the same numbers do not all run to the same replica.
/// </summary>
/// <remarks>
/// A slow replica that gets nothing would stay slow for ever in the gateway's eyes. So one that has nothing to do and was not seen for
/// <see cref="StaleAfter"/> gets the next request, at most one in <see cref="RequestsPerLook"/>: then it is back in its place at the pace of the EWMA.
/// </remarks>
internal sealed class PeakLatency(Random random) : IBalancingStrategy
{
    internal const uint RequestsPerLook = 20;

    private uint _lastLook;

    internal static TimeSpan StaleAfter { get; } = TimeSpan.FromSeconds(10);

    public void Order(Span<Candidate> replicas, in BalanceContext context)
    {
        int count = replicas.Length;
        // Equals take turns.
        Arrange.RotateLeft(replicas, (int)(context.Turn % (uint)count));
        Span<double> costs = count <= IBalancingStrategy.OnStack ? stackalloc double[count] : new double[count];
        for (int i = 0; i < count; i++)
            costs[i] = replicas[i].Replica.LatencyOf(context.IsStream).Value.TotalSeconds * (replicas[i].Replica.Inflight + 1);
        Arrange.SortBy(costs, replicas);

        int first = FindStale(replicas, context);
        Arrange.MoveToFront(replicas, first >= 0 ? first : BetterOfTwo(count));
    }

    /// <summary>Of two different places in the order of costs, the lower.</summary>
    private int BetterOfTwo(int count)
    {
        int one = random.Next(count), other = random.Next(count - 1);
        return Math.Min(one, other >= one ? other + 1 : other);
    }

    private int FindStale(ReadOnlySpan<Candidate> replicas, in BalanceContext context)
    {
        uint turn = context.Turn;
        uint lastLook = Volatile.Read(ref _lastLook);
        if (turn - lastLook < RequestsPerLook)
            return -1;
        int stalest = -1;
        TimeSpan longest = StaleAfter;
        for (int i = 0; i < replicas.Length; i++)
        {
            TimeSpan unseen = replicas[i].Replica.LatencyOf(context.IsStream).SinceSample;
            if (unseen < longest || replicas[i].Replica.Inflight > 0)
                continue;
            (stalest, longest) = (i, unseen);
        }

        return stalest >= 0 && Interlocked.CompareExchange(ref _lastLook, turn, lastLook) == lastLook ? stalest : -1;
    }
}
