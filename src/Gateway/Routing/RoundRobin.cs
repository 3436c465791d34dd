using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Every replica in turn.</summary>
internal sealed class RoundRobin : IBalancingStrategy
{
    public void Order(Span<Candidate> replicas, in BalanceContext context) =>
        Arrange.RotateLeft(replicas, (int)(context.Turn % (uint)replicas.Length));
}
