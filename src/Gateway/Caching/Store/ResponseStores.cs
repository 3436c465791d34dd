using Gateway.Configuration;
using Gateway.Telemetry;

namespace Gateway.Caching.Store;

/// <summary>Makes the store that the configuration asks for.</summary>
internal static class ResponseStores
{
    /// <param name="options">The global section; <see cref="CacheOptions.MaxEntry"/> is to be the largest of all routers'.</param>
    /// <param name="metrics">Counts what Redis does not do.</param>
    /// <param name="logs">For the store's parts.</param>
    /// <param name="time">The clock of entries and timeouts.</param>
    /// <param name="random">Spreads waits; safe for use from any thread.</param>
    internal static IResponseStore Create(CacheOptions options, GatewayMetrics metrics, ILoggerFactory logs, TimeProvider time, Random random)
    {
#if FUSIONCACHE
        if (options.Engine is CacheEngine.Fusion)
            return Fusion.FusionResponseStore.Create(options, metrics, logs, time, random);
#endif
        MemoryStore memory = new(options.MaxSize, time);
        if (options.Redis is not { } redis)
            return memory;
        LayeredStoreOptions layers = new() { Redis = redis, Timeout = options.RedisTimeout, MaxEntry = options.MaxEntry };
        return new LayeredStore(layers, memory, metrics, logs, time, random);
    }
}
