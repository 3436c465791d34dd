using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Every replica in turn.</summary>
internal sealed class RoundRobin : IBalancingStrategy
{
    private uint _next = uint.MaxValue;

    public void Order(Span<Candidate> replicas)
    {
        int first = (int)(Interlocked.Increment(ref _next) % (uint)replicas.Length);
        Rotation.RotateLeft(replicas, first);
    }
}
