namespace Gateway.Upstream;

/// <summary>Somebody who follows a provider's replicas. Once disposed it is told nothing more.</summary>
internal sealed class ReplicaSubscription(ReplicaSet set, Action<Replica> joined, Action<Replica> left) : IDisposable
{
    internal void Tell(Replica[] gone, Replica[] added)
    {
        foreach (Replica replica in gone)
            left(replica);
        foreach (Replica replica in added)
            joined(replica);
    }

    public void Dispose() => set.Remove(this);
}
