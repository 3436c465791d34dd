using Gateway.Load.Measures;

namespace Gateway.Load.Run;

/// <summary>Everything in flight, and the one timer that ends what is over its time: a timer per request would cost more than the request.</summary>
internal sealed class InFlight(LoadClock clock)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly List<Watched> _entries = [];

    public void Enter(Watched entry)
    {
        lock (_lock)
        {
            entry.Index = _entries.Count;
            _entries.Add(entry);
        }
    }

    public void Leave(Watched entry)
    {
        lock (_lock)
        {
            Watched last = _entries[^1];
            _entries[entry.Index] = last;
            last.Index = entry.Index;
            _entries.RemoveAt(_entries.Count - 1);
        }
    }

    /// <summary>Ends what is due, every 10 ms, until the token is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Beat, clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                EndDue(clock.Now);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    public void EndAll() => End(_ => EndReason.Unfinished);

    private void EndDue(long now) =>
        End(entry => now >= entry.CancelAt ? EndReason.Cancelled : now >= entry.Deadline ? EndReason.Timeout : EndReason.None);

    private void End(Func<Watched, EndReason> judge)
    {
        List<Watched>? due = null;
        lock (_lock)
        {
            foreach (Watched entry in _entries)
            {
                if (entry.Ended != EndReason.None || judge(entry) is not (not EndReason.None and var reason))
                    continue;
                entry.Ended = reason;
                (due ??= []).Add(entry);
            }
        }

        // Outside the lock: closing runs what waited on the socket.
        foreach (Watched entry in due ?? [])
            entry.Connection.Abort();
    }
}
