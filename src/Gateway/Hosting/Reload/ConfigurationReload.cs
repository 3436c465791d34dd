using System.Security.Cryptography;
using Gateway.Configuration;
using Gateway.Telemetry;

namespace Gateway.Hosting.Reload;

/// <summary>
/// Takes a changed configuration into use, whoever asks for it: one after the other, each loading what is there when its turn comes. Valid: swapped as a
/// whole. Otherwise everything stays as it is, is logged and counted.
/// </summary>
internal sealed partial class ConfigurationReload : IAsyncDisposable
{
    private readonly ReloadSource? _source;
    private readonly Snapshots _snapshots;
    private readonly Func<GatewayOptions, Snapshot, Snapshot> _build;
    private readonly ServerCertificates _certificates;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly FileWatch? _watch;
    private volatile ConfigurationResult _applied;
    private volatile IReadOnlyList<ConfigurationFile> _files;

    /// <param name="source">Null: there is nothing to reload.</param>
    /// <param name="snapshots">Where the snapshot in use is exchanged.</param>
    /// <param name="build">A snapshot of new options that goes on from the one in use.</param>
    /// <param name="certificates">Of the listeners.</param>
    /// <param name="metrics">Counts reloads.</param>
    /// <param name="log">Says what changed, or everything that is wrong.</param>
    /// <param name="time">The clock of the watch over files.</param>
    internal ConfigurationReload(
        ReloadSource? source, Snapshots snapshots, Func<GatewayOptions, Snapshot, Snapshot> build, ServerCertificates certificates, GatewayMetrics metrics, ILogger log, TimeProvider time)
    {
        _source = source?.Started.File is null ? null : source;
        _snapshots = snapshots;
        _build = build;
        _certificates = certificates;
        _metrics = metrics;
        _log = log;
        _applied = source?.Started ?? new();
        _files = _applied.Files;
        if (_source is not null)
            _watch = new(() => _files, FileContent.DigestOf, () => RunAsync("a changed file"), time);
    }

    /// <summary>Every value in use with its origin, secrets redacted.</summary>
    internal IReadOnlyList<ConfigurationValue> Values
    {
        get
        {
            ConfigurationResult applied = _applied;
            return _source is null || applied == _source.Started
                ? applied.Values
                : [.. applied.Values.Where(static value => !RestartOnly.Is(value.Path)), .. _source.Started.Values.Where(static value => RestartOnly.Is(value.Path))];
        }
    }

    /// <summary>Reloads in the background (SIGHUP).</summary>
    internal void Request(string trigger) => _ = Task.Run(() => RunAsync(trigger));

    /// <summary>Reloads when it is its turn. Never throws.</summary>
    /// <param name="trigger">Who asked, for the log.</param>
    internal async Task<ReloadResult> RunAsync(string trigger)
    {
        if (_source is null)
        {
            Log.NoFile(_log, trigger);
            return new(ReloadOutcome.NoFile);
        }

        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            return await ReloadAsync(_source, trigger);
        }
#pragma warning disable CA1031 // the loop's edge: whatever goes wrong, what runs goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_stop.IsCancellationRequested)
                Log.Broke(_log, exception, trigger);
            return Failed(trigger, [new(_source.Started.File!, 0, 0, "", $"could not be taken into use: {exception.GetType().Name}", "see the gateway's log")]);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_watch is not null)
            await _watch.DisposeAsync();
        // A reload under way ends soon: it waits for nothing that the token does not end.
        await _turn.WaitAsync(CancellationToken.None);
        _turn.Dispose();
        _stop.Dispose();
    }

    private async Task<ReloadResult> ReloadAsync(ReloadSource source, string trigger)
    {
        // Reads files: not on a thread of the sockets.
        ConfigurationResult loaded = await Task.Run(source.Load, _stop.Token);
        _files = loaded.Files;
        if (!loaded.IsValid)
            return Failed(trigger, loaded.Errors);

        GatewayOptions running = _snapshots.Current.Options;
        ReloadResult result = new(ReloadOutcome.Success)
        {
            Changed = RestartOnly.Differences(_applied.Digests, loaded.Digests),
            NeedsRestart = RestartOnly.Among(source.Started.Digests, loaded, running),
        };
        if (result.Changed.Count == 0)
        {
            _metrics.ConfigurationReloaded("unchanged");
            Log.Unchanged(_log, trigger);
            return result with { Outcome = ReloadOutcome.Unchanged };
        }

        GatewayOptions options = await source.Prepare(RestartOnly.Keep(loaded.Options, running), _stop.Token);
        await ApplyAsync(options);
        _applied = loaded;
        _metrics.ConfigurationReloaded("success");
        Report(result, loaded.Warnings, trigger);
        return result;
    }

    /// <summary>Everything that may fail comes before the swap.</summary>
    private async Task ApplyAsync(GatewayOptions options)
    {
        ServerCertificate? certificate;
        try
        {
            certificate = options.Server.Tls is { } tls ? ServerCertificate.Parse(tls) : null;
        }
        catch (CryptographicException exception)
        {
            throw new IOException("The certificate cannot be used.", exception);
        }

        await _snapshots.ReplaceAsync(_build(options, _snapshots.Current), _stop.Token);
        if (certificate is not null)
            _certificates.Use(certificate);
    }

    private ReloadResult Failed(string trigger, IReadOnlyList<ConfigurationError> errors)
    {
        _metrics.ConfigurationReloaded("failure");
        foreach (ConfigurationError error in errors)
            Log.Error(_log, error.ToString());
        Log.Refused(_log, trigger, errors.Count);
        return new(ReloadOutcome.Failure) { Errors = errors };
    }

    private void Report(ReloadResult result, IReadOnlyList<string> warnings, string trigger)
    {
        Log.Reloaded(_log, trigger, string.Join(", ", result.Changed));
        foreach (string path in result.NeedsRestart)
            Log.NeedsRestart(_log, path);
        foreach (string warning in warnings)
            Log.Warning(_log, warning);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Hosting + 30, LogLevel.Information, "Configuration reloaded ({Trigger}); changed: {Changed}")]
        internal static partial void Reloaded(ILogger logger, string trigger, string changed);

        [LoggerMessage(LogEvents.Hosting + 31, LogLevel.Information, "Configuration unchanged ({Trigger})")]
        internal static partial void Unchanged(ILogger logger, string trigger);

        [LoggerMessage(LogEvents.Hosting + 32, LogLevel.Error, "Configuration not reloaded ({Trigger}): {Errors} errors; the former one stays in use")]
        internal static partial void Refused(ILogger logger, string trigger, int errors);

        [LoggerMessage(LogEvents.Hosting + 33, LogLevel.Error, "{Error}")]
        internal static partial void Error(ILogger logger, string error);

        [LoggerMessage(LogEvents.Hosting + 34, LogLevel.Warning, "{Path} needs a restart; its former value stays in use")]
        internal static partial void NeedsRestart(ILogger logger, string path);

        [LoggerMessage(LogEvents.Hosting + 35, LogLevel.Warning, "{Warning}")]
        internal static partial void Warning(ILogger logger, string warning);

        [LoggerMessage(LogEvents.Hosting + 36, LogLevel.Warning, "Nothing to reload ({Trigger}): the gateway runs without a configuration file")]
        internal static partial void NoFile(ILogger logger, string trigger);

        [LoggerMessage(LogEvents.Hosting + 37, LogLevel.Error, "Reloading the configuration failed ({Trigger})")]
        internal static partial void Broke(ILogger logger, Exception exception, string trigger);
    }
}
