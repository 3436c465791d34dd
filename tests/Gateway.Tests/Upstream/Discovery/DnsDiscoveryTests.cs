using System.Net;
using System.Net.Sockets;
using Gateway.Upstream;
using Gateway.Upstream.Discovery;
using Microsoft.Extensions.Logging;
using TestKit.Clocks;

namespace Gateway.Tests.Upstream.Discovery;

public sealed class DnsDiscoveryTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly Provider _provider;
    private readonly List<string> _asked = [];
    private Func<IPAddress[]> _answer = () => Parse("10.0.0.1", "10.0.0.2");
    private DnsDiscovery? _discovery;

    public DnsDiscoveryTests() => _provider = Discovered.Provider(_clock);

    public async ValueTask DisposeAsync()
    {
        if (_discovery is not null)
            await _discovery.DisposeAsync();
        _provider.Dispose();
    }

    [Fact]
    public async Task Start_NameResolves_HasItsReplicasAndAsksAgainAfterTenSeconds()
    {
        await StartAsync(Interval);
        Assert.True(_provider.FirstLookup.IsCompletedSuccessfully);
        Assert.Equal(2, _provider.Replicas.Length);

        await NextAsync(Interval, Interval, () => Parse("10.0.0.1", "10.0.0.2", "10.0.0.3"));

        Assert.Equal(3, _provider.Replicas.Length);
        Assert.Equal(["frontends.test", "frontends.test"], _asked);
    }

    [Fact]
    public async Task Start_NameDoesNotResolve_IsOverForWhoWaitsAndTriesEverySecond()
    {
        _answer = Fail;
        await StartAsync(Retry);
        Assert.True(_provider.FirstLookup.IsCompletedSuccessfully);
        Assert.Empty(_provider.Replicas);

        await NextAsync(Retry, Interval, () => Parse("10.0.0.1"));
        Assert.Single(_provider.Replicas);
    }

    [Fact]
    public async Task Refresh_FailsOrIsEmpty_KeepsWhatIsKnownAndLogsEachChangeOnce()
    {
        await StartAsync(Interval);
        Replica[] before = [.. _provider.Replicas];

        await NextAsync(Interval, Retry, Fail);
        await NextAsync(Retry, Retry, Fail);
        await NextAsync(Retry, Retry, () => []);
        await NextAsync(Retry, Retry, () => []);
        Assert.Equal(before, _provider.Replicas);
        await NextAsync(Retry, Interval, () => Parse("10.0.0.2", "10.0.0.1"));

        Assert.Equal(before, _provider.Replicas);
        Assert.Equal(
            [
                "Provider dynamo has 2 replicas by DNS: 2 came, 0 left",
                "DNS has no address for provider dynamo (HostNotFound); the 2 known replicas are kept",
                "DNS has no address for provider dynamo (no address); the 2 known replicas are kept",
                "DNS has addresses for provider dynamo again; it has 2 replicas",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task Refresh_DuplicatesAndMappedAddresses_AreOneReplica()
    {
        _answer = () => Parse("10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1", "fd00::1");
        await StartAsync(Interval);
        Assert.Equal(2, _provider.Replicas.Length);
    }

    [Fact]
    public async Task Refresh_AnswerInAnotherOrder_ChangesNothing()
    {
        await StartAsync(Interval);
        Replica[] before = [.. _provider.Replicas];
        await NextAsync(Interval, Interval, () => Parse("10.0.0.2", "10.0.0.1"));
        Assert.Equal(before, _provider.Replicas);
    }

    [Fact]
    public async Task Refresh_NoAnswer_IsGivenUpAfterFiveSeconds()
    {
        _discovery = new(_provider, static (_, _) => new TaskCompletionSource<IPAddress[]>().Task, _clock, new NoChance(), _log);
        await _clock.SleepsAsync(TimeSpan.FromSeconds(5));
        Assert.False(_provider.FirstLookup.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _clock.SleepsAsync(Retry);
        Assert.True(_provider.FirstLookup.IsCompletedSuccessfully);
        Assert.Contains("no answer in time", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static IPAddress[] Fail() => throw new SocketException((int)SocketError.HostNotFound);

    private static IPAddress[] Parse(params string[] addresses) => [.. addresses.Select(IPAddress.Parse)];

    private Task StartAsync(TimeSpan then)
    {
        _discovery = new(_provider, LookUpAsync, _clock, new NoChance(), _log);
        return _clock.SleepsAsync(then);
    }

    private Task NextAsync(TimeSpan after, TimeSpan then, Func<IPAddress[]> answer)
    {
        _answer = answer;
        _clock.Advance(after);
        return _clock.SleepsAsync(then);
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellation)
    {
        await Task.Yield();
        _asked.Add(host);
        return _answer();
    }

    private sealed class LogLines : ILogger
    {
        internal List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
