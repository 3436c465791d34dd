using System.Threading.Channels;
using Gateway.Redis;
using Gateway.Telemetry;

namespace Gateway.Caching.Store;

/// <summary>Writes answers to Redis one after the other, off the requests' way; what comes faster than that stays in memory only.</summary>
internal sealed class StoreWriter
{
    /// <summary>What a stopping gateway gives to the answers that still wait.</summary>
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(2);

    private readonly RedisClient _redis;
    private readonly LayeredStoreOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Channel<StoreWrite> _queue;
    private readonly Task _running;
    private long _queuedBytes;
    private volatile bool _isStopping;

    /// <param name="redis">For writing only, so that a large answer is in nobody's way; not owned.</param>
    /// <param name="options">Bounds of the queue.</param>
    /// <param name="metrics">Counts what is not written.</param>
    /// <param name="time">Tells how long an answer still lives.</param>
    internal StoreWriter(RedisClient redis, LayeredStoreOptions options, GatewayMetrics metrics, TimeProvider time)
    {
        _redis = redis;
        _options = options;
        _metrics = metrics;
        _time = time;
        _queue = Channel.CreateBounded<StoreWrite>(new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });
        _running = Task.Run(RunAsync);
    }

    internal void Write(StoreWrite write)
    {
        int size = write.Answer.Body.Length;
        if (size > _options.MaxEntry)
            return;
        if (Interlocked.Add(ref _queuedBytes, size) - size > _options.MaxQueuedBytes || !_redis.IsUp || !_queue.Writer.TryWrite(write))
        {
            Interlocked.Add(ref _queuedBytes, -size);
            _metrics.RedisFailed(1);
        }
    }

    /// <summary>Writes what waits, for a moment.</summary>
    internal async ValueTask StopAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAny(_running, Task.Delay(LastChance, _time));
        _isStopping = true;
        await _running;
        // Commands are executed in order: this one's answer, or its timeout, comes after all others'.
        await _redis.SendAsync("PING");
    }

    private async Task RunAsync()
    {
        ChannelReader<StoreWrite> queue = _queue.Reader;
        while (await queue.WaitToReadAsync())
        {
            while (queue.TryRead(out StoreWrite? write))
            {
                Interlocked.Add(ref _queuedBytes, -write.Answer.Body.Length);
                long left = (long)(write.Answer.StaleUntil - _time.GetUtcNow()).TotalMilliseconds;
                if (left <= 0 || _isStopping)
                    continue;
                if (_redis.IsUp)
                    _ = _redis.SendAsync("SET", PurgeScript.Prefix + write.Key, StoredFormat.Encode(write.Key, write.Answer, write.Stamp), "PX", left).AsTask();
                else
                    _metrics.RedisFailed(1);
            }
        }
    }
}
