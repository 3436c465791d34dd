namespace Gateway.Caching.Flights;

/// <summary>
/// A flight's readers that have something to read, first come first: a few threads take one after another and run what it waited for to its next wait. A
/// thousand readers are not a thousand items of the pool, nor do they run one after another where the upstream's bytes arrive. Any thread may call; costs no memory per wake.
/// </summary>
/// <param name="threads">At most.</param>
internal sealed class ReadyReaders(int threads) : IThreadPoolWorkItem
{
    // Readers in one go: then whatever else waits for the pool has its turn.
    private const int Turn = 64;

    private readonly Lock _gate = new();
    private FlightReader? _first;
    private FlightReader? _last;
    private int _count;
    private int _threads;

    /// <summary>Its wait is over; each is here once, since it waits once.</summary>
    internal void Add(FlightReader reader)
    {
        lock (_gate)
        {
            if (_last is null)
                _first = reader;
            else
                _last.NextReady = reader;
            _last = reader;
            _count++;
        }
    }

    /// <summary>To be called after readers were added.</summary>
    internal void Start()
    {
        while (TakesThread())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (int i = 0; i < Turn; i++)
        {
            if (Next() is not { } reader)
                return;
            reader.Resume();
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TakesThread()
    {
        lock (_gate)
        {
            if (_threads >= Math.Min(_count, threads))
                return false;
            _threads++;
            return true;
        }
    }

    /// <summary>Null: none is left, and the thread goes.</summary>
    private FlightReader? Next()
    {
        lock (_gate)
        {
            if (_first is not { } reader)
            {
                _threads--;
                return null;
            }

            _first = reader.NextReady;
            reader.NextReady = null;
            if (_first is null)
                _last = null;
            _count--;
            return reader;
        }
    }
}
