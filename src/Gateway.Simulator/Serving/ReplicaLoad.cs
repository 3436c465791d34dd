namespace Gateway.Simulator.Serving;

/// <summary>Counts of one replica; every member may be used from any thread.</summary>
internal sealed class ReplicaLoad
{
    private int _active;
    private long _received;
    private long _started;
    private long _completed;
    private long _cancelled;
    private long _failed;
    private long _rejected;
    private long _outputTokens;
    private long _kvTokens;
    private long _firstTokens;
    private long _firstTokenTicks;
    private TaskCompletionSource? _changed;

    public int Active => Volatile.Read(ref _active);

    public long Received => Interlocked.Read(ref _received);

    public long Started => Interlocked.Read(ref _started);

    public long Completed => Interlocked.Read(ref _completed);

    public long Cancelled => Interlocked.Read(ref _cancelled);

    public long Failed => Interlocked.Read(ref _failed);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long OutputTokens => Interlocked.Read(ref _outputTokens);

    public long KvTokens => Interlocked.Read(ref _kvTokens);

    public long FirstTokens => Interlocked.Read(ref _firstTokens);

    public TimeSpan FirstTokenTime => TimeSpan.FromTicks(Interlocked.Read(ref _firstTokenTicks));

    /// <summary>Completes at the next request, start or end after this call.</summary>
    public Task Changed
    {
        get
        {
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _changed, mine, null) ?? mine).Task;
        }
    }

    public long Receive()
    {
        long received = Interlocked.Increment(ref _received);
        Signal();
        return received;
    }

    public void Reject() => Interlocked.Increment(ref _rejected);

    public void AddKvTokens(int tokens) => Interlocked.Add(ref _kvTokens, tokens);

    public void FirstToken(TimeSpan after)
    {
        Interlocked.Increment(ref _firstTokens);
        Interlocked.Add(ref _firstTokenTicks, after.Ticks);
    }

    /// <summary>False, and nothing counted, when <paramref name="limit"/> generations run already; 0 is no limit.</summary>
    public bool TryStart(int limit)
    {
        int active = Interlocked.Increment(ref _active);
        if (limit > 0 && active > limit)
        {
            Interlocked.Decrement(ref _active);
            Reject();
            return false;
        }

        Interlocked.Increment(ref _started);
        Signal();
        return true;
    }

    public void End(GenerationEnd end, int outputTokens)
    {
        Interlocked.Add(ref _outputTokens, outputTokens);
        Interlocked.Increment(ref end == GenerationEnd.Completed ? ref _completed : ref end == GenerationEnd.Cancelled ? ref _cancelled : ref _failed);

        // Last: who sees nothing active sees how everything ended.
        Interlocked.Decrement(ref _active);
        Signal();
    }

    private void Signal()
    {
        if (Volatile.Read(ref _changed) is not null)
        {
            Interlocked.Exchange(ref _changed, null)?.TrySetResult();
        }
    }
}
