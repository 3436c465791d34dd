using System.Net;
using Gateway.Admission;
using Gateway.Caching;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Health;
using Gateway.Hosting.Reload;
using Gateway.Hosting.Transport;
using Gateway.Limits;
using Gateway.Redis;
using Gateway.Sockets;
using Gateway.Telemetry;
using Gateway.Upstream.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

/// <summary>The running gateway: composition, start and stop of one process.</summary>
internal sealed partial class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DrainState _drain = new();
    private readonly Snapshots _snapshots;
    private readonly ConfigurationReload _reload;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IdleCollection _idle;
    private readonly SharedLimits? _sharedLimits;
    private readonly ResponseCache _cache;

    private GatewayHost(GatewayOptions options, TimeProvider time, Random random, AddressLookup lookup, ReloadSource? source)
    {
        _time = time;
        _app = BuildApplication(options, time);
        _log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<GatewayHost>();
        MetricsPipeline pipeline = _app.Services.GetRequiredService<MetricsPipeline>();
        GatewayMetrics metrics = _app.Services.GetRequiredService<GatewayMetrics>();
        AccessLog accessLog = _app.Services.GetRequiredService<AccessLog>();
        ILoggerFactory logs = _app.Services.GetRequiredService<ILoggerFactory>();
        HealthJournal journal = new(metrics, logs.CreateLogger<HealthJournal>());
        CredentialJournal tokens = new(metrics, logs.CreateLogger<CredentialJournal>());
        LocalLimits local = new(time);
        _sharedLimits = options.Limits is { } shared ? SharedLimits.Start(shared, local, metrics, logs.CreateLogger<RedisClient>(), time, random) : null;
        ILimits limits = _sharedLimits is null ? local : _sharedLimits;
        ClientLimits clientLimits = new(limits);
        ResponseCache cache = _cache = new(ResponseStores.Create(options.Cache with { MaxEntry = options.Routers.Max(router => router.Cache.MaxEntry) }, metrics, logs, time, random), time, random);
        metrics.ObserveCache(() => (cache.Store.Status.Entries, cache.Store.Status.Bytes));
        ILogger<RequestPath> requestLog = _app.Services.GetRequiredService<ILogger<RequestPath>>();
        _snapshots = new(Build(options, before: null), Serve, time);
        metrics.ObserveReplicas(_snapshots.Loads);
        ServerCertificates certificates = _app.Services.GetRequiredService<ServerCertificates>();
        if (options.Server.Tls is { } tls)
            certificates.Use(ServerCertificate.Parse(tls));
        _reload = new(source, _snapshots, Build, certificates, metrics, _log, time);
        Admin.AdminEndpoints admin = new(
            new(() => _snapshots.Current.Options.Server.AdminToken),
            pipeline,
            http => _snapshots.Requests(http),
            new(() => _snapshots.Current.Providers, () => _snapshots.Leaving, metrics, time, new(() => _snapshots.Current, local), cache),
            new(() => _snapshots.Current.Providers),
            new(() => _reload.Values, _reload.RunAsync),
            new(cache));
        Admin.MetricsEndpoints scraped = new(pipeline, http => _snapshots.Requests(http));
        _idle = IdleCollection.Start(() => metrics.ActiveRequests, time);
        _app.Run(http => http.Features.Get<ConnectionMark>() is not { } mark ? _snapshots.Requests(http)
            : mark == ConnectionMark.Admin ? admin.InvokeAsync(http)
            : mark == ConnectionMark.Metrics ? scraped.InvokeAsync(http)
            : PublicEndpoints.RefuseConnectionAsync(http));

        Snapshot Build(GatewayOptions next, Snapshot? before) => new(next, time, random, lookup, logs, journal.Record, limits, tokens.Record, before);

        // What answers requests holds one snapshot, so that each has the same one from its begin to its end.
        RequestDelegate Serve(Snapshot snapshot)
        {
            RequestPath requests = new(snapshot, clientLimits, cache, _drain, metrics, accessLog, requestLog, time, random);
            return CorsPolicy.Around(snapshot.Options.Server.Cors, new PublicEndpoints(snapshot, requests, _drain, random).InvokeAsync);
        }
    }

    /// <summary>Addresses that are listened on, ports resolved.</summary>
    internal IReadOnlyList<Uri> Addresses { get; private set; } = [];

    internal Uri AdminAddress { get; private set; } = new("http://127.0.0.1");

    /// <summary>Null without <c>server.metrics-listen</c>.</summary>
    internal Uri? MetricsAddress { get; private set; }

    /// <summary>Starts listening.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="time">The clock of every deadline.</param>
    /// <param name="random">Thread-safe.</param>
    /// <param name="lookup">How <c>discover: dns</c> finds addresses; null: the system's resolver.</param>
    /// <param name="source">How to load the options again; null: they cannot be reloaded.</param>
    /// <exception cref="IOException">An address is in use or not ours.</exception>
    internal static async Task<GatewayHost> StartAsync(GatewayOptions options, TimeProvider time, Random random, AddressLookup? lookup = null, ReloadSource? source = null)
    {
        GatewayHost host = new(options, time, random, lookup ?? Dns.GetHostAddressesAsync, source);
        try
        {
            await host._app.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        // In the order of Listeners.Configure: the public ones, then the admin listener, then that of the metrics.
        Uri[] bound = [.. host._app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        int admin = options.Server.MetricsListen is null ? bound.Length - 1 : bound.Length - 2;
        host.Addresses = bound[..admin];
        host.AdminAddress = bound[admin];
        host.MetricsAddress = options.Server.MetricsListen is null ? null : bound[^1];
        if (host.MetricsAddress is { } metrics)
            Log.Metrics(host._log, metrics);
        Log.Listening(host._log, ProductName.Version, string.Join(", ", host.Addresses), host.AdminAddress);
        return host;
    }

    /// <summary>Serves until a signal, drains and stops.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using ShutdownSequence shutdown = new(_drain, () => _snapshots.Current.Options.Server, () => _reload.Request("SIGHUP"), _time, _log);
        await shutdown.RunAsync(_app, stop);
    }

    public async ValueTask DisposeAsync()
    {
        _idle.Dispose();
        await _app.DisposeAsync();
        await _reload.DisposeAsync();
        await _snapshots.DisposeAsync();
        await _cache.Store.DisposeAsync();
        if (_sharedLimits is not null)
            await _sharedLimits.DisposeAsync();
        _drain.Dispose();
    }

    private static WebApplication BuildApplication(GatewayOptions options, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "gateway" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listeners.Configure(
            kestrel, options.Server, kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger<ConnectionLimit>()));
        if (options.Server.Tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.Configure<SocketTransportOptions>(static sockets =>
        {
            sockets.CreateBoundListenSocket = Listeners.CreateListenSocket;
            sockets.UnsafePreferInlineScheduling = SocketThreads.AreInline;
        });
        if (EventLoop.IsAvailable)
            builder.Services.AddSingleton<IConnectionListenerFactory, SocketListenerFactory>();
        // ShutdownSequence holds the limit, which a reload may change.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSingleton(time).AddTelemetry(options.Telemetry);
        builder.Services.AddSingleton(static services => new ServerCertificates(
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>().CreateLogger<ServerCertificates>()));
        builder.Logging.UseProcessLog(options.Telemetry.Logs).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // An enabled category costs a scope and an activity per request; RequestPath reports what fails.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return builder.Build();
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting + 11, LogLevel.Information, "Metrics also on {Metrics}")]
        internal static partial void Metrics(ILogger logger, Uri metrics);

        [LoggerMessage(LogEvents.Hosting + 10, LogLevel.Information, "Gateway {Version} listens on {Addresses}; admin on {Admin}")]
        internal static partial void Listening(ILogger logger, string version, string addresses, Uri admin);
    }
}
