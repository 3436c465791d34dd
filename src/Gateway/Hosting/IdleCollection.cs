namespace Gateway.Hosting;

/// <summary>
/// Collects once when the gateway has become idle. A collection comes with allocation, so a process that allocates nothing keeps the heap of its busiest
/// time: measured, a third more than before a storm. Nobody waits for this one: it happens when nothing is asked. What the start needed, and nothing after it
/// does (configuration texts, pages of the program's code), is given back in the same way soon after; so is what the opening of many streams left behind, when
/// nothing but they is at work: relaying chunks allocates nothing, so no collection would come.
/// </summary>
internal sealed class IdleCollection : IDisposable
{
    /// <summary>Long enough to pass over the pauses of a busy service: after it, memory has to be asked from the system again (unary: +15 % CPU for a while).</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(12);

    /// <summary>After which the start is over, unless requests came meanwhile.</summary>
    internal static readonly TimeSpan AfterStart = TimeSpan.FromMilliseconds(400);

    /// <summary>How long nothing but open streams is at work before what opening them left behind goes: a pause of a few milliseconds per thousand of them.</summary>
    internal static readonly TimeSpan StreamsPeriod = TimeSpan.FromSeconds(2);

    /// <summary>Bytes allocated in that time that count as nothing but streams.</summary>
    internal const long StreamsQuiet = 128 << 10;

    /// <summary>Requests under way whose leavings show.</summary>
    internal const long ManyStreams = 100;

    /// <summary>Bytes per request under way, allocated since the last collection, that say that most of them are new: opening a stream takes twice that.</summary>
    internal const long PerStream = 16 << 10;

    /// <summary>Bytes allocated in a period that count as quiet: probes and scrapes.</summary>
    internal const long Quiet = 1 << 20;

    /// <summary>Bytes allocated since the last one that make another worth its while.</summary>
    internal const long WorthIt = 16 << 20;

    private readonly Func<long> _activeRequests;
    private readonly Func<long> _allocatedBytes;
    private readonly Action _collect;
    private readonly ITimer _timer;
    private readonly ITimer _streamsTimer;
    private readonly ITimer _afterStart;
    private readonly Lock _gate = new();
    private long _lastSeen;
    private long _lastSeenWithStreams;
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
        _streamsTimer = time.CreateTimer(static idle => ((IdleCollection)idle!).LookAtStreams(), this, StreamsPeriod, StreamsPeriod);
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
        if (isQuiet && _activeRequests() == 0)
            Collect(allocated, WorthIt);
    }

    /// <summary>Called once per <see cref="StreamsPeriod"/>.</summary>
    internal void LookAtStreams()
    {
        long allocated = _allocatedBytes();
        bool isQuiet = allocated - _lastSeenWithStreams <= StreamsQuiet;
        _lastSeenWithStreams = allocated;
        long active = _activeRequests();
        if (isQuiet && active >= ManyStreams)
            Collect(allocated, Math.Max(WorthIt, active * PerStream));
    }

    public void Dispose()
    {
        _timer.Dispose();
        _streamsTimer.Dispose();
        _afterStart.Dispose();
    }

    private void CollectStart()
    {
        if (_lastCollected == 0 && _activeRequests() == 0)
            Collect(_allocatedBytes(), worthIt: 0);
    }

    private void Collect(long allocated, long worthIt)
    {
        lock (_gate)
        {
            if (allocated - _lastCollected < worthIt)
                return;
            _lastCollected = allocated;
            _collect();
        }
    }
}
