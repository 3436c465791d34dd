using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Telemetry;

namespace Gateway.Upstream.Discovery;

/// <summary>
/// <c>discover: dns</c>: looks up the addresses of a provider's host again and again; each is a replica. No answer and an empty answer change nothing: an
/// outage of DNS must not take away replicas that work.
/// </summary>
internal sealed partial class DnsDiscovery : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(5);

    private readonly Provider _provider;
    private readonly AddressLookup _lookup;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly DiscoveredReplicas _replicas;
    private readonly ConcurrentDictionary<Uri, IPAddress[]> _lastFound = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private LookupState _state;

    /// <summary>Starts looking at once; <see cref="Provider.FirstLookup"/> tells when that is done.</summary>
    /// <param name="provider">Gets the replicas.</param>
    /// <param name="lookup">Asks for addresses.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads the lookups.</param>
    /// <param name="log">Told of changes.</param>
    /// <param name="before">That of the provider's former settings: its addresses are good until others are found.</param>
    internal DnsDiscovery(Provider provider, AddressLookup lookup, TimeProvider time, Random random, ILogger log, DnsDiscovery? before = null)
    {
        _provider = provider;
        _lookup = lookup;
        _time = time;
        _random = random;
        _log = log;
        _replicas = new(provider, time);
        if (before is not null)
            TakeOver(before);
        _loop = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private void TakeOver(DnsDiscovery before)
    {
        foreach (Uri url in _provider.Options.BaseUrls)
        {
            if (before._lastFound.TryGetValue(url, out IPAddress[]? addresses))
                _lastFound[url] = addresses;
        }

        if (!_lastFound.IsEmpty && TryApply())
            _provider.LookedUp();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            bool found = await RefreshAsync();
            _provider.LookedUp();
            // Spread by a fifth, downwards: many gateways must not ask in step, and a change is seen within the interval.
            TimeSpan wait = (found ? Interval : RetryInterval) * (1 - (_random.NextDouble() / 5));
            await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round over the provider's base URLs, usually one. Each keeps its last addresses when it finds none.</summary>
    private async Task<bool> RefreshAsync()
    {
        LookupState state = LookupState.Found;
        string reason = "";
        foreach (Uri url in _provider.Options.BaseUrls)
        {
            (IPAddress[] addresses, string? failure) = await LookUpAsync(url.DnsSafeHost);
            if (addresses.Length > 0)
                _lastFound[url] = addresses;
            else
                (state, reason) = failure is null ? (LookupState.Empty, "no address") : (LookupState.Failed, failure);
        }

        if (_stop.IsCancellationRequested)
            return false;
        if (!TryApply())
            (state, reason) = (LookupState.Failed, "the certificate authority cannot be read");
        Report(state, reason);
        return state == LookupState.Found;
    }

    /// <returns>No address and the reason when there was no answer.</returns>
    private async Task<(IPAddress[] Addresses, string? Failure)> LookUpAsync(string host)
    {
        using CancellationTokenSource deadline = new(LookupTimeout, _time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            return (await _lookup(host, linked.Token).WaitAsync(linked.Token), null);
        }
        catch (SocketException exception)
        {
            return ([], exception.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            return ([], "no answer in time");
        }
        catch (ArgumentException)
        {
            return ([], "no valid name");
        }
    }

    private bool TryApply()
    {
        SortedDictionary<IPEndPoint, Uri> found = new(AddressOrder.Instance);
        // The first base URL wins an address that several have.
        foreach (Uri url in _provider.Options.BaseUrls)
        {
            foreach (IPAddress address in _lastFound.GetValueOrDefault(url, []))
                found.TryAdd(new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, url.Port), url);
        }

        try
        {
            (int joined, int left) = _replicas.Update(found);
            if (joined + left > 0)
                Log.Changed(_log, _provider.Name, _replicas.Count, joined, left);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Once per change: an outage of an hour is one line, not one per second.</summary>
    private void Report(LookupState state, string reason)
    {
        if (state == _state)
            return;
        _state = state;
        if (state == LookupState.Found)
            Log.Recovered(_log, _provider.Name, _replicas.Count);
        else
            Log.NotFound(_log, _provider.Name, reason, _replicas.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Upstream + 40, LogLevel.Information, "Provider {Provider} has {Replicas} replicas by DNS: {Joined} came, {Left} left")]
        internal static partial void Changed(ILogger logger, string provider, int replicas, int joined, int left);

        [LoggerMessage(LogEvents.Upstream + 41, LogLevel.Warning, "DNS has no address for provider {Provider} ({Reason}); the {Replicas} known replicas are kept")]
        internal static partial void NotFound(ILogger logger, string provider, string reason, int replicas);

        [LoggerMessage(LogEvents.Upstream + 42, LogLevel.Information, "DNS has addresses for provider {Provider} again; it has {Replicas} replicas")]
        internal static partial void Recovered(ILogger logger, string provider, int replicas);
    }
}
