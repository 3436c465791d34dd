using Gateway.Redis;
using Gateway.Telemetry;

namespace Gateway.Caching.Store;

/// <summary>
/// Memory over Redis, which gateways share and which outlives them. Redis slow or gone costs one bounded wait, then nothing: memory goes on alone.
/// </summary>
internal sealed class LayeredStore : IResponseStore
{
    private readonly LayeredStoreOptions _options;
    private readonly MemoryStore _memory;
    private readonly RedisClient _reading;
    private readonly RedisClient _writing;
    private readonly PurgeLedger _purges;
    private readonly StoreWriter _writer;
    private readonly RedisSubscription _messages;

    /// <summary>Begins to connect; until then memory is all there is.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="memory">The first level.</param>
    /// <param name="metrics">Counts what Redis does not do.</param>
    /// <param name="logs">Of Redis being lost and found, and of purges that stay local.</param>
    /// <param name="time">The clock of entries and timeouts.</param>
    /// <param name="random">Spreads waits; safe for use from any thread.</param>
    internal LayeredStore(LayeredStoreOptions options, MemoryStore memory, GatewayMetrics metrics, ILoggerFactory logs, TimeProvider time, Random random)
    {
        _options = options;
        _memory = memory;
        RedisOptions server = new() { Address = options.Redis, Purpose = "cache", Timeout = options.Timeout };
        ILogger<RedisClient> log = logs.CreateLogger<RedisClient>();
        _reading = new RedisClient(server, metrics, log, time, random);
        _writing = new RedisClient(Writing(server), metrics, log, time, random);
        _reading.Start();
        _writing.Start();
        _purges = new PurgeLedger(memory, _writing, logs.CreateLogger<PurgeLedger>(), time);
        _writer = new StoreWriter(_writing, options, metrics, time);
        _messages = _reading.Subscribe(PurgeScript.Channel, _purges.Hear, OnMessagesChanged);
    }

    public StoreStatus Status => _memory.Status;

    /// <summary>Whether an entry could be found in Redis now.</summary>
    internal bool IsReady => _reading.IsUp && _writing.IsUp && _purges.Current is not null;

    /// <summary>Whether a read asks Redis; else what memory has is all there is.</summary>
    internal bool IsAsked => _reading.IsUp && _purges.Current is not null;

    public ValueTask<CachedAnswer?> FindAsync(CacheKey key, CancellationToken cancellation)
    {
        // One that is past its time may be there anew, from another gateway.
        CachedAnswer? own = _memory.Find(key);
        if ((own is not null && own.FreshUntil > _memory.Now) || !_reading.IsUp || _purges.Current is not { } purges)
            return new(own);
        return FindStoredAsync(key, own, purges);
    }

    public CachedAnswer? Peek(CacheKey key) => _memory.Peek(key);

    /// <summary>The stamp is read before what this memory has seen: a purge that arrives in between counts as later.</summary>
    public PurgeMark Mark()
    {
        long? stamp = _purges.Stamp;
        return _memory.Mark() with { Stamp = stamp };
    }

    public bool IsPurged(PurgeMark began, CacheQuestion question) => _memory.IsPurged(began, question);

    /// <summary>With the stamp of its beginning: a purge that another gateway made since then covers it in Redis, whether it is known here or not.</summary>
    public void Keep(CacheKey key, CachedAnswer answer, PurgeMark? began = null)
    {
        began ??= Mark();
        if (_memory.TryKeep(key, answer, began) && began.Stamp is { } stamp)
            _writer.Write(new StoreWrite(key, answer, stamp));
    }

    public void Enrich(CacheKey key, CachedAnswer answer, CachedAnswer richer) => _memory.Enrich(key, answer, richer);

    public ValueTask<int> PurgeAsync(PurgeFilter filter, CancellationToken cancellation) => _purges.PurgeAsync(filter, cancellation);

    /// <summary>What was kept last is on its way when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync();
        await _messages.DisposeAsync();
        await _purges.DisposeAsync();
        await _reading.DisposeAsync();
        await _writing.DisposeAsync();
    }

    private async ValueTask<CachedAnswer?> FindStoredAsync(CacheKey key, CachedAnswer? own, PurgeTable purges)
    {
        RedisReply reply = await _reading.SendAsync("MGET", PurgeScript.Prefix + key, PurgeScript.LastKey);
        if (!reply.IsOk || reply.Items.Length != 2)
            return own;
        if (!PurgeTable.TryRead(reply.Items[1], out long last) || last != purges.Last)
        {
            _purges.Refresh();
            return own;
        }

        if (reply.Items[0].Bytes is not { } value || StoredFormat.Decode(value, key, _options.MaxEntry, out long stamp) is not { } found)
            return own;
        bool isOfUse = found.StaleUntil > _memory.Now && (own is null || own.FreshUntil < found.FreshUntil) && !purges.Covers(found, stamp);
        return isOfUse && _purges.TryKeep(purges, key, found) ? found : own;
    }

    private void OnMessagesChanged(bool isListening)
    {
        if (isListening)
            _purges.Refresh();
    }

    /// <summary>Nobody waits for a write: it may take its time, and a purge should arrive.</summary>
    private static RedisOptions Writing(RedisOptions server) => server with
    {
        Purpose = "cache writes",
        Timeout = TimeSpan.FromSeconds(1),
        Scripts = [PurgeScript.Sync],
        MaxUnsent = 16 << 20,
    };
}
