namespace Gateway.Upstream;

/// <summary>Something that several may still be reading; the last one to dispose frees it.</summary>
internal abstract class Retained : IDisposable
{
    private int _holders = 1;
    private int _dropped;

    /// <summary>One more holder, who disposes as well. Only while it is held.</summary>
    internal void Retain() => Interlocked.Increment(ref _holders);

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            Free();
    }

    /// <summary>Ends the maker's own hold; once, whoever calls it first.</summary>
    internal void Drop()
    {
        if (Interlocked.Exchange(ref _dropped, 1) == 0)
            Dispose();
    }

    protected abstract void Free();
}
