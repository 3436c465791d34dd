using Gateway.Redis;
using Gateway.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Redis;

/// <summary>A client with its own metrics and log. Patient by default, since a busy machine is no fault of the server's.</summary>
internal sealed class Clients : IAsyncDisposable, ILogger<RedisClient>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MetricsFixture _metrics = new();
    private readonly List<string> _log = [];

    internal Clients(string url, TimeProvider? time = null, Func<RedisOptions, RedisOptions>? change = null)
    {
        Assert.Null(RedisAddress.Parse(url, out RedisAddress? address));
        RedisOptions options = new()
        {
            Address = address!,
            Purpose = "tests",
            Timeout = TimeSpan.FromSeconds(5),
            AbandonAfter = TimeSpan.FromSeconds(5),
            Backoff = TimeSpan.FromMilliseconds(10),
            MaxBackoff = TimeSpan.FromMilliseconds(50),
        };
        Redis = new RedisClient(change?.Invoke(options) ?? options, _metrics.Metrics, this, time ?? TimeProvider.System, new Random(1));
    }

    internal RedisClient Redis { get; }

    internal IReadOnlyList<string> Logged
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    internal bool HasCounted(int errors) => _metrics.Scrape().Contains($"gateway_redis_errors_total {errors}\n", StringComparison.Ordinal);

    internal static async Task<Clients> ConnectedAsync(string url, TimeProvider? time = null, Func<RedisOptions, RedisOptions>? change = null)
    {
        Clients clients = new(url, time, change);
        clients.Redis.Start();
        await clients.UpAsync();
        return clients;
    }

    internal async Task UpAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await Redis.ConnectedAsync(limit.Token);
        await UntilAsync(() => Redis.IsUp);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It did not come to pass.");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        _metrics.Dispose();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_log)
            _log.Add(formatter(state, exception));
    }
}
