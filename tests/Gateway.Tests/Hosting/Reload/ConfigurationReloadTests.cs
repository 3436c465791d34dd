using System.Net;
using Gateway.Configuration;
using Gateway.Hosting.Reload;
using Gateway.Tests.Configuration;
using Gateway.Tests.Telemetry;
using Gateway.Tests.Upstream.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit.Clocks;

namespace Gateway.Tests.Hosting.Reload;

/// <summary>From "something has changed" to a new snapshot, or to errors and the former one.</summary>
public sealed class ConfigurationReloadTests : IAsyncDisposable
{
    private const string Minimal = "providers:\n  a: { type: openai, base-url: http://a:1, models: [m], api-key-file: key }\n";

    private readonly MetricsFixture _metrics = new();
    private readonly LogLines _log = new();
    private readonly Load _files = Load.Yaml(Minimal).WithFile("key", "one");
    private readonly Snapshots _snapshots;
    private readonly ConfigurationReload _reload;
    private Func<ConfigurationResult> _load;
    private Func<GatewayOptions, Task<GatewayOptions>> _prepare = Task.FromResult;

    public ConfigurationReloadTests()
    {
        ConfigurationResult started = _files.Result();
        _load = _files.Result;
        _snapshots = new(Build(started.Options!, null), static _ => null!, new ManualTimeProvider());
        ReloadSource source = new(started, () => _load(), (options, _) => _prepare(options));
        _reload = new(source, _snapshots, Build, new(TimeProvider.System, _log), _metrics.Metrics, _log, new ManualTimeProvider());
    }

    public async ValueTask DisposeAsync()
    {
        await _reload.DisposeAsync();
        await _snapshots.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Run_NothingChanged_KeepsTheSnapshot()
    {
        Snapshot before = _snapshots.Current;
        Assert.Equal(ReloadOutcome.Unchanged, (await _reload.RunAsync("test")).Outcome);
        Assert.Same(before, _snapshots.Current);
        Assert.Contains("gateway_config_reloads_total{result=\"unchanged\"} 1", _metrics.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReferencedFileChanged_SwapsAndNamesTheValue()
    {
        _files.WithFile("key", "two");
        ReloadResult result = await _reload.RunAsync("test");
        Assert.Equal((ReloadOutcome.Success, "providers.a.api-key-file"), (result.Outcome, Assert.Single(result.Changed)));
        Assert.Equal("Bearer two", (await _snapshots.Current.Providers[0].Credentials.GetAsync(CancellationToken.None))?.Value.Reveal());
        Assert.Contains("gateway_config_reloads_total{result=\"success\"} 1", _metrics.Scrape(), StringComparison.Ordinal);
        Assert.Contains("Configuration reloaded (test); changed: providers.a.api-key-file", _log.Lines);
        Assert.Equal(ReloadOutcome.Unchanged, (await _reload.RunAsync("test")).Outcome);
    }

    [Fact]
    public async Task Run_Invalid_KeepsEverythingAndLogsEveryMistakeWithItsPosition()
    {
        Snapshot before = _snapshots.Current;
        _files.WithFile("gateway.yaml", Minimal + "mid-stream: x\nretries: { max-attempts: y }\n");
        ReloadResult result = await _reload.RunAsync("test");
        Assert.Equal((ReloadOutcome.Failure, 2), (result.Outcome, result.Errors.Count));
        Assert.Same(before, _snapshots.Current);
        Assert.Contains(_log.Lines, line => line.StartsWith("gateway.yaml:3:13: mid-stream: ", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.StartsWith("gateway.yaml:4:26: retries.max-attempts: ", StringComparison.Ordinal));
        Assert.Contains("gateway_config_reloads_total{result=\"failure\"} 1", _metrics.Scrape(), StringComparison.Ordinal);

        _files.WithFile("gateway.yaml", Minimal);
        Assert.Equal(ReloadOutcome.Unchanged, (await _reload.RunAsync("test")).Outcome);
    }

    [Fact]
    public async Task Run_BreaksOnTheWay_KeepsTheSnapshotAndCanBeRepeated()
    {
        Snapshot before = _snapshots.Current;
        _files.WithFile("key", "two");
        _prepare = static _ => throw new IOException("no port is free");
        Assert.Equal(ReloadOutcome.Failure, (await _reload.RunAsync("test")).Outcome);
        Assert.Same(before, _snapshots.Current);
        _prepare = Task.FromResult;
        Assert.Equal(ReloadOutcome.Success, (await _reload.RunAsync("test")).Outcome);
    }

    [Fact]
    public async Task Run_ListenersChanged_AppliesTheRestAndSaysSo()
    {
        _files.WithFile("gateway.yaml", Minimal + "server: { listen: http://127.0.0.1:7, client-stall: 9s }\ntelemetry: { logs: text }\n");
        ReloadResult result = await _reload.RunAsync("test");
        Assert.Equal(["server.client-stall", "server.listen", "telemetry.logs"], result.Changed);
        Assert.Equal(["server.listen", "telemetry.logs"], result.NeedsRestart);
        ServerOptions server = _snapshots.Current.Options.Server;
        Assert.Equal((new Uri("http://127.0.0.1:8080"), TimeSpan.FromSeconds(9)), (Assert.Single(server.Listen), server.ClientStall));
        Assert.Equal(LogFormat.Json, _snapshots.Current.Options.Telemetry.Logs);
        Assert.Contains("server.listen needs a restart; its former value stays in use", _log.Lines);
        Assert.Equal(["http://127.0.0.1:8080", "9s"], ValuesOf("server.listen", "server.client-stall"));
        Assert.Equal(["server.listen", "telemetry.logs"], (await _reload.RunAsync("test")).NeedsRestart);
    }

    [Fact]
    public Task Run_SeveralAtOnce_LoadOneAfterTheOther() => Task.Run(async () =>
    {
        int loading = 0;
        int most = 0;
        _load = () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref loading));
            ConfigurationResult result = _files.Result();
            Interlocked.Decrement(ref loading);
            return result;
        };
        _files.WithFile("key", "two");
        ReloadResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _reload.RunAsync("test"))));
        Assert.Equal(1, most);
        Assert.Equal(1, results.Count(result => result.Outcome == ReloadOutcome.Success));
        Assert.Equal(19, results.Count(result => result.Outcome == ReloadOutcome.Unchanged));
    });

    [Fact]
    public async Task Run_NoFile_SaysThatThereIsNothing()
    {
        await using ConfigurationReload without = new(null, _snapshots, Build, new(TimeProvider.System, _log), _metrics.Metrics, _log, new ManualTimeProvider());
        Assert.Equal(ReloadOutcome.NoFile, (await without.RunAsync("SIGHUP")).Outcome);
        Assert.Contains("Nothing to reload (SIGHUP): the gateway runs without a configuration file", _log.Lines);
    }

    private string[] ValuesOf(params string[] paths) => [.. paths.Select(path => _reload.Values.Single(value => value.Path == path).Text)];

    private static Snapshot Build(GatewayOptions options, Snapshot? before) => new(
        options, new ManualTimeProvider(), new NoChance(), static (_, _) => Task.FromResult<IPAddress[]>([]), NullLoggerFactory.Instance, healthChanged: null, before: before);
}
