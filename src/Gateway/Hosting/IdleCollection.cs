namespace Gateway.Hosting;

/// <summary>
/// Collects once when the gateway has become idle. A collection comes with allocation, so a process that allocates nothing keeps the heap of its busiest
/// time: measured, a third more than before a storm. Nobody waits for this one: it happens when nothing is asked. What the start needed, and nothing after it
/// does (configuration texts, pages of the program's code), is given back in the same way soon after.
/// </summary>
internal sealed class IdleCollection : IDisposable
{
    /// <summary>Long enough to pass over the pauses of a busy service: after it, memory has to be asked from the system again (unary: +15 % CPU for a while).</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(12);

    /// <summary>After which the start is over, unless requests came meanwhile.</summary>
    internal static readonly TimeSpan AfterStart = TimeSpan.FromMilliseconds(400);

    /// <summary>Bytes allocated in a period that count as quiet: probes and scrapes.</summary>
    internal const long Quiet = 1 << 20;

    /// <summary>Bytes allocated since the last one that make another worth its while.</summary>
    internal const long WorthIt = 16 << 20;

    private readonly Func<long> _activeRequests;
    private readonly Func<long> _allocatedBytes;
    private readonly Action _collect;
    private readonly ITimer _timer;
    private readonly ITimer _afterStart;
    private long _lastSeen;
    private long _lastCollected;

    /// <param name="activeRequests">Requests being served.</param>
    /// <param name="allocatedBytes">Allocated by the process so far.</param>
    /// <param name="collect">Collects everything and gives memory back.</param>
    /// <param name="time">The clock.</param>
    internal IdleCollection(Func<long> activeRequests, Func<long> allocatedBytes, Action collect, TimeProvider time)
    {
        _activeRequests = activeRequests;
        _allocatedBytes = allocatedBytes;
        _collect = collect;
        _timer = time.CreateTimer(static idle => ((IdleCollection)idle!).Look(), this, Period, Period);
        _afterStart = time.CreateTimer(static idle => ((IdleCollection)idle!).CollectStart(), this, AfterStart, Timeout.InfiniteTimeSpan);
    }

    /// <summary>For the process's own heap.</summary>
    internal static IdleCollection Start(Func<long> activeRequests, TimeProvider time) => new(
        activeRequests,
        static () => GC.GetTotalAllocatedBytes(),
        static () =>
        {
            ProgramPages.Release();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        },
        time);

    /// <summary>Called once per period.</summary>
    internal void Look()
    {
        long allocated = _allocatedBytes();
        bool isQuiet = allocated - _lastSeen <= Quiet;
        _lastSeen = allocated;
        if (!isQuiet || allocated - _lastCollected < WorthIt || _activeRequests() > 0)
            return;
        _collect();
        _lastCollected = allocated;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _afterStart.Dispose();
    }

    private void CollectStart()
    {
        if (_lastCollected > 0 || _activeRequests() > 0)
            return;
        _lastCollected = _allocatedBytes();
        _collect();
    }
}
