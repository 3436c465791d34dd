namespace Gateway.Upstream;

/// <summary>One request's place at a replica; counted until it is disposed.</summary>
internal sealed class ReplicaLease : IDisposable
{
    private Replica? _replica;

    internal ReplicaLease(Replica replica)
    {
        _replica = replica;
        replica.Begin();
    }

    public void Dispose() => Interlocked.Exchange(ref _replica, null)?.End();
}
