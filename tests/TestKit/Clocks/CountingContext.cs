namespace TestKit.Clocks;

/// <summary>Counts who lets others have the thread: a yield is posted where it began, before its method returns.</summary>
public sealed class CountingContext : SynchronizationContext
{
    private int _posts;

    public int Posts => Volatile.Read(ref _posts);

    public override void Post(SendOrPostCallback d, object? state)
    {
        Interlocked.Increment(ref _posts);
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    /// <summary>Begins something here.</summary>
    public T Run<T>(Func<T> begin)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            return begin();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
