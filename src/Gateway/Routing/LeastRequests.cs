using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>The replica with the fewest requests in flight; equals take turns.</summary>
internal sealed class LeastRequests : IBalancingStrategy
{
    public void Order(Span<Candidate> replicas, in BalanceContext context)
    {
        Arrange.RotateLeft(replicas, (int)(context.Turn % (uint)replicas.Length));
        // Insertion sort: stable, so that turns survive among equals, and replicas are few.
        for (int i = 1; i < replicas.Length; i++)
        {
            Candidate candidate = replicas[i];
            int inflight = candidate.Replica.Inflight;
            int j = i - 1;
            for (; j >= 0 && replicas[j].Replica.Inflight > inflight; j--)
                replicas[j + 1] = replicas[j];
            replicas[j + 1] = candidate;
        }
    }
}
