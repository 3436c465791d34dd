using System.Diagnostics.Metrics;

namespace Gateway.Telemetry;

/// <summary>
/// One series of a counter that every request adds to: counted here, and given to the instrument when somebody collects. The SDK finds a series by all of its
/// labels' texts, for each measurement anew. Thread-safe.
/// </summary>
/// <param name="counter">Its instrument.</param>
/// <param name="tags">Its labels.</param>
internal sealed class CountedSeries(Counter<long> counter, params KeyValuePair<string, object?>[] tags)
{
    private long _pending;

    internal void Add(long count) => Interlocked.Add(ref _pending, count);

    /// <summary>What was counted since the last time. A series that was never counted does not come to be.</summary>
    internal void Flush()
    {
        long count = Interlocked.Exchange(ref _pending, 0);
        if (count > 0)
            counter.Add(count, tags);
    }
}
