using System.Collections.Concurrent;
using Gateway.Caching.Store;
using Gateway.Redis;
using Gateway.Tests.Redis;
using Gateway.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Caching.Store;

/// <summary>One gateway's two levels, with its own metrics and log. Patient by default, since a busy machine is no fault of Redis's.</summary>
internal sealed class Layers : IAsyncDisposable, ILoggerFactory, ILogger
{
    private readonly MetricsFixture _metrics = new();

    internal Layers(string url, TimeProvider? time = null, Func<LayeredStoreOptions, LayeredStoreOptions>? change = null, long maxBytes = 64 << 20)
    {
        Assert.Null(RedisAddress.Parse(url, out RedisAddress? address));
        LayeredStoreOptions options = new() { Redis = address!, Timeout = TimeSpan.FromSeconds(5), MaxEntry = 1 << 20 };
        Memory = new MemoryStore(maxBytes, time ?? TimeProvider.System);
        Store = new LayeredStore(change?.Invoke(options) ?? options, Memory, _metrics.Metrics, this, time ?? TimeProvider.System, new Random(1));
    }

    internal MemoryStore Memory { get; }

    internal LayeredStore Store { get; }

    internal ConcurrentQueue<string> Logged { get; } = new();

    internal static async Task<Layers> ReadyAsync(string url, Func<LayeredStoreOptions, LayeredStoreOptions>? change = null, long maxBytes = 64 << 20)
    {
        Layers layers = new(url, change: change, maxBytes: maxBytes);
        await layers.ReadyAsync();
        return layers;
    }

    internal Task ReadyAsync() => Clients.UntilAsync(() => Store.IsReady);

    internal ValueTask<CachedAnswer?> FindAsync(int key) => Store.FindAsync(StoredAnswers.Key(key), CancellationToken.None);

    /// <summary>Polls: writes happen in the background.</summary>
    internal Task UntilFoundAsync(int key) => UntilAsync(async () => await FindAsync(key) is not null);

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10), "It did not come to pass.");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _metrics.Dispose();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Enqueue(formatter(state, exception));
}
