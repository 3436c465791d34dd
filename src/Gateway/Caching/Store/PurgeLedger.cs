using System.Buffers.Text;
using Gateway.Redis;
using Gateway.Telemetry;

namespace Gateway.Caching.Store;

/// <summary>
/// Keeps this gateway's memory and its view of Redis in step with what any gateway purged. Each purge has a number in Redis and each entry the newest
/// number that was known when it was kept; a read brings the newest number with the entry, so an entry from before a purge that was missed is not
/// given. A message makes the others ask at once, and whoever was cut off asks when it is back, since memory is asked without Redis.
/// </summary>
internal sealed partial class PurgeLedger : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly MemoryStore _memory;
    private readonly RedisClient _redis;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _asking = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _unsent = [];
    private PurgeTable? _table;
    private Task _refreshing = Task.CompletedTask;
    private int _wanted;

    /// <param name="memory">Forgets what others purge.</param>
    /// <param name="redis">Knows <see cref="PurgeScript.Sync"/>; not owned.</param>
    /// <param name="log">Says when a purge stays local.</param>
    /// <param name="time">Paces attempts.</param>
    internal PurgeLedger(MemoryStore memory, RedisClient redis, ILogger log, TimeProvider time)
    {
        _memory = memory;
        _redis = redis;
        _log = log;
        _time = time;
    }

    /// <summary>What is purged; null while it is not known, or while a purge of this gateway's own has not reached Redis.</summary>
    internal PurgeTable? Current
    {
        get
        {
            lock (_gate)
                return _unsent.Count == 0 ? _table : null;
        }
    }

    /// <summary>The stamp of an entry that is kept now; null: not known, the entry is for memory only.</summary>
    internal long? Stamp => Volatile.Read(ref _table)?.Last;

    /// <summary>Keeps in memory what Redis had, unless a purge came in between or memory has something newer by now.</summary>
    /// <returns>False: there was a purge.</returns>
    internal bool TryKeep(PurgeTable table, in CacheKey key, CachedAnswer answer)
    {
        lock (_gate)
        {
            if (_table != table || _unsent.Count > 0)
                return false;
            if (_memory.Find(key) is not { } own || own.FreshUntil < answer.FreshUntil)
                _memory.Keep(key, answer);
            return true;
        }
    }

    /// <summary>Forgets here at once, and everywhere as soon as Redis can be reached.</summary>
    /// <returns>Entries that were in this memory.</returns>
    internal async ValueTask<int> PurgeAsync(PurgeFilter filter, CancellationToken cancellation)
    {
        string field = PurgeField.Of(filter);
        lock (_gate)
            _unsent.Add(field);
        int purged = await _memory.PurgeAsync(filter, cancellation);
        if (!await AskAsync())
        {
            Log.PurgeIsLocal(_log);
            Refresh();
        }

        return purged;
    }

    /// <summary>There may be purges that are not known here.</summary>
    internal void Refresh()
    {
        lock (_gate)
        {
            if (Interlocked.Increment(ref _wanted) == 1)
                _refreshing = RefreshAsync();
        }
    }

    /// <summary>A message of the channel.</summary>
    internal void Hear(ReadOnlyMemory<byte> message)
    {
        if (!Utf8Parser.TryParse(message.Span, out long last, out _) || last != Stamp)
            Refresh();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task refreshing;
        lock (_gate)
            refreshing = _refreshing;
        await refreshing;
        // Who still purges has its turn first.
        await _asking.WaitAsync(CancellationToken.None);
        _asking.Release();
        _stopping.Dispose();
    }

    private async Task RefreshAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        int seen;
        do
        {
            seen = Volatile.Read(ref _wanted);
            TimeSpan pause = FirstPause;
            while (!_stopping.IsCancellationRequested && !await AskWhenUpAsync())
            {
                await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        while (!_stopping.IsCancellationRequested && Interlocked.CompareExchange(ref _wanted, 0, seen) != seen);
    }

    private async Task<bool> AskWhenUpAsync()
    {
        await _redis.ConnectedAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stopping.IsCancellationRequested && await AskAsync();
    }

    /// <summary>Tells Redis what it does not know yet, and learns what is not known here.</summary>
    private async Task<bool> AskAsync()
    {
        await _asking.WaitAsync(CancellationToken.None);
        try
        {
            string[] unsent;
            lock (_gate)
                unsent = [.. _unsent];
            var arguments = new RedisArgument[4 + unsent.Length];
            (arguments[0], arguments[1], arguments[2], arguments[3]) = (PurgeScript.LastKey, PurgeScript.RowsKey, Stamp ?? 0, PurgeScript.Channel);
            for (int i = 0; i < unsent.Length; i++)
                arguments[4 + i] = unsent[i];
            RedisReply reply = await _redis.EvalAsync(PurgeScript.Sync, 2, arguments);
            if (PurgeTable.Of(reply) is not { } table)
                return false;
            await LearnAsync(table, unsent);
            return true;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task LearnAsync(PurgeTable table, string[] sent)
    {
        PurgeTable? before;
        lock (_gate)
        {
            before = _table;
            Volatile.Write(ref _table, table);
            _unsent.RemoveRange(0, sent.Length);
        }

        // From here on nothing from before these purges comes into memory; what is there goes. One's own is done, and what was asked since then is new.
        foreach (PurgeRow row in table.Rows)
        {
            bool isOwn = row.At == table.Last && Array.IndexOf(sent, row.Field) >= 0;
            if (row.Filter is { } filter && !isOwn && before?.Contains(row) != true)
                await _memory.PurgeAsync(filter, CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Caching + 51, LogLevel.Warning, "The cache was purged on this gateway only: Redis cannot be reached; the others follow when it is back")]
        internal static partial void PurgeIsLocal(ILogger logger);
    }
}
