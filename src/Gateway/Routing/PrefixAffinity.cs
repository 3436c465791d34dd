using System.Runtime.InteropServices;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>
/// Requests of one key go to one replica, which has their prefix in its KV cache: rendezvous hashing (each replica's score is a hash of key and
/// replica id, highest first), so that one replica of N more or less moves 1/N of the keys, and gateways agree without talking.
/// The order of scores is also that of fallbacks and hedges. Without a key: least requests.
/// </summary>
/// <remarks>
/// Load is bounded: a replica with more than ceil(<see cref="LoadFactor"/> × mean + 1) requests in flight is passed over for the next. So a hot key
/// spreads as far as it must, and comes home when the load falls. 1.25 keeps every replica within a quarter of the mean; the 1 lets a
/// lone session have a few requests at once.
/// </remarks>
internal sealed class PrefixAffinity : IBalancingStrategy
{
    internal const double LoadFactor = 1.25;

    private readonly LeastRequests _withoutKey = new();

    public void Order(Span<Candidate> replicas, in BalanceContext context)
    {
        if (context.Key is not { } key)
        {
            _withoutKey.Order(replicas, context);
            return;
        }

        int count = replicas.Length;
        Span<double> costs = count <= IBalancingStrategy.OnStack ? stackalloc double[count] : new double[count];
        int inflight = 0;
        for (int i = 0; i < count; i++)
        {
            Replica replica = replicas[i].Replica;
            // 53 bits of the hash are plenty to tell replicas apart.
            costs[i] = -(double)(XxHash64.Hash(MemoryMarshal.AsBytes(replica.Id.AsSpan()), seed: key) >> 11);
            inflight += replica.Inflight;
        }

        Arrange.SortBy(costs, replicas);
        SpillOver(replicas, Math.Ceiling((LoadFactor * inflight / count) + 1));
    }

    /// <summary>Those over the limit come last, in the order they had.</summary>
    private static void SpillOver(Span<Candidate> replicas, double limit)
    {
        int left = replicas.Length;
        for (int i = 0; left > 0; left--)
        {
            if (replicas[i].Replica.Inflight > limit)
                Arrange.RotateLeft(replicas[i..], 1);
            else
                i++;
        }
    }
}
