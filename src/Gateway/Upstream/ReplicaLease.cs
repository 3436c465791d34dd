namespace Gateway.Upstream;

/// <summary>One request's place at a replica, and at its provider where that is limited; counted until it is disposed.</summary>
internal sealed class ReplicaLease : IDisposable
{
    private Replica? _replica;

    /// <param name="replica">Who is asked.</param>
    /// <param name="pass">Given back together with the place; null where the provider is not limited.</param>
    internal ReplicaLease(Replica replica, ProviderPass? pass = null)
    {
        _replica = replica;
        Pass = pass;
        replica.Begin();
    }

    /// <summary>Null where the provider is not limited; not to be touched after the lease's end.</summary>
    internal ProviderPass? Pass { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _replica, null) is not { } replica)
            return;
        replica.End();
        Pass?.Dispose();
    }
}
