using System.Net;
using Gateway.Admission;
using Gateway.Configuration;
using Gateway.Health;
using Gateway.Telemetry;
using Gateway.Upstream.Discovery;
using Microsoft.AspNetCore.Builder;
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
    private readonly Snapshot _snapshot;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IdleCollection _idle;

    private GatewayHost(GatewayOptions options, TimeProvider time, Random random, AddressLookup lookup)
    {
        _time = time;
        _app = Build(options, time);
        _log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<GatewayHost>();
        MetricsPipeline pipeline = _app.Services.GetRequiredService<MetricsPipeline>();
        GatewayMetrics metrics = _app.Services.GetRequiredService<GatewayMetrics>();
        AccessLog accessLog = _app.Services.GetRequiredService<AccessLog>();
        ILoggerFactory logs = _app.Services.GetRequiredService<ILoggerFactory>();
        HealthJournal journal = new(metrics, logs.CreateLogger<HealthJournal>());
        _snapshot = new(options, time, random, lookup, logs, journal.Record);
        metrics.ObserveReplicas(() => _snapshot.Providers.SelectMany(provider => provider.Replicas
                .Concat(provider.Departed.Where(replica => replica.Inflight > 0)))
            .Select(replica => new ReplicaLoad(replica.Provider.Name, replica.Id, replica.Inflight, replica.Health.IsUp)));

        ILogger<RequestPath> requestLog = _app.Services.GetRequiredService<ILogger<RequestPath>>();
        RequestPath requests = new(_snapshot, _drain, metrics, accessLog, requestLog, time, random);
        PublicEndpoints endpoints = new(_snapshot, requests, _drain, random);
        RequestDelegate served = CorsPolicy.Around(options.Server.Cors, endpoints.InvokeAsync);
        Admin.AdminEndpoints admin = new(
            new(options.Server.AdminToken), pipeline, endpoints.InvokeAsync, new(_snapshot.Providers, metrics, time), new(_snapshot.Providers));
        Admin.MetricsEndpoints scraped = new(pipeline, endpoints.InvokeAsync);
        _idle = IdleCollection.Start(() => metrics.ActiveRequests, time);
        _app.Run(http => http.Features.Get<ConnectionMark>() is not { } mark ? served(http)
            : mark == ConnectionMark.Admin ? admin.InvokeAsync(http)
            : mark == ConnectionMark.Metrics ? scraped.InvokeAsync(http)
            : PublicEndpoints.RefuseConnectionAsync(http));
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
    /// <exception cref="IOException">An address is in use or not ours.</exception>
    internal static async Task<GatewayHost> StartAsync(GatewayOptions options, TimeProvider time, Random random, AddressLookup? lookup = null)
    {
        GatewayHost host = new(options, time, random, lookup ?? Dns.GetHostAddressesAsync);
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
        using ShutdownSequence shutdown = new(_drain, _snapshot.Options.Server, _time, _log);
        await shutdown.RunAsync(_app, stop);
    }

    public async ValueTask DisposeAsync()
    {
        _idle.Dispose();
        await _app.DisposeAsync();
        await _snapshot.DisposeAsync();
        _drain.Dispose();
    }

    private static WebApplication Build(GatewayOptions options, TimeProvider time)
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
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Server.ShutdownGrace + TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSingleton(time).AddTelemetry(options.Telemetry);
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
