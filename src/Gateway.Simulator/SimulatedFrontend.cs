using System.Buffers;
using System.Net;
using Gateway.Simulator.Faults;
using Gateway.Simulator.Serving;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Simulator;

/// <summary>One simulated Dynamo frontend: a Kestrel server on its own port with its own state. Every member may be used from any thread.</summary>
public sealed class SimulatedFrontend
{
    private readonly SimulatorOptions _options;
    private readonly FrontendApplication _application;
    private readonly RequestLog _log = new();
    private readonly long _startedAt;
    private KestrelServer? _server;
    private volatile bool _ready = true;
    private volatile bool _draining;
    private volatile string? _forced;

    internal SimulatedFrontend(SimulatorOptions options, int index)
    {
        (_options, Index) = (options, index);
        _application = new FrontendApplication(options, this);
        _startedAt = options.TimeProvider.GetTimestamp();
        RecordRequests = options.RecordRequests;
        Address = new UriBuilder(Uri.UriSchemeHttp, options.Host, options.Port == 0 ? 0 : options.Port + index).Uri;
    }

    public int Index { get; }

    /// <summary><c>http://127.0.0.1:41234/</c></summary>
    public Uri Address { get; private set; }

    /// <summary>Generations running now, stalled and silent ones included.</summary>
    public int ActiveGenerations => Load.Active;

    /// <summary>POSTs to generation paths, refused ones included.</summary>
    public long ReceivedRequests => Load.Received;

    public long StartedGenerations => Load.Started;

    /// <summary>Generations whose client closed the connection before their end.</summary>
    public long CancelledGenerations => Load.Cancelled;

    public long CompletedGenerations => Load.Completed;

    /// <summary>Generations that a fault ended (cut, reset, error in the stream, a body that is no answer).</summary>
    public long FailedGenerations => Load.Failed;

    public bool IsDraining => _draining;

    /// <summary>Whether models are registered: not before the startup delay, nor after <c>SetReady(false)</c>.</summary>
    public bool IsReady => _ready && _options.TimeProvider.GetElapsedTime(_startedAt) >= _options.StartupDelay;

    public bool RecordRequests { get; set; }

    /// <summary>The last requests while recording, oldest first, at most 256.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _log.Snapshot();

    /// <summary>The newest recorded request, or null.</summary>
    public RecordedRequest? LastRequest => _log.Snapshot() is [.., var last] ? last : null;

    internal ReplicaLoad Load { get; } = new();

    /// <summary>New generations get 503 and health turns bad (from 1.2 on); running ones go on.</summary>
    public void Drain() => _draining = true;

    /// <summary>Ends <see cref="Drain"/>, as a restarted process would.</summary>
    public void Undrain() => _draining = false;

    /// <summary>False: no model is registered; generation paths answer 404 with an empty body.</summary>
    public void SetReady(bool ready) => _ready = ready;

    /// <summary>Gives every generation from now on this fault (a name of <see cref="FaultCatalog"/>), or none.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public void SetFault(string? fault)
    {
        if (fault is not null && !FaultCatalog.IsKnown(fault))
        {
            throw new ArgumentException($"'{fault}' is no fault of the catalogue", nameof(fault));
        }

        _forced = fault;
    }

    /// <summary>Waits until the counts of this replica satisfy a condition, without polling: <c>f =&gt; f.CancelledGenerations == 1</c>.</summary>
    public async Task WaitForAsync(Func<SimulatedFrontend, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        while (true)
        {
            Task changed = Load.Changed;
            if (condition(this))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops listening and breaks every connection: connects are refused until <see cref="RestartAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            // An already cancelled token: open connections are aborted, not waited for.
            await server.StopAsync(new CancellationToken(canceled: true));
            server.Dispose();
        }
    }

    /// <summary>Listens again on the same port, after <see cref="StopAsync"/>.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => ListenAsync(cancellationToken);

    internal async Task ListenAsync(CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new ServiceCollection().BuildServiceProvider() };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Parse(_options.Host), Address.IsDefaultPort ? 80 : Address.Port, static listen => listen.Protocols = HttpProtocols.Http1);

        // Nothing here blocks, so requests run where their bytes arrive: one thread hop less per request and per write.
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await server.StartAsync(_application, cancellationToken);
        Address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        _server = server;
    }

    internal void Record(HttpContext context, ReadOnlySequence<byte> body)
    {
        if (RecordRequests)
        {
            _log.Add(context, body);
        }
    }

    internal ulong SeedOf(long sequence) => SplitMix64.Mix(((ulong)(uint)_options.Seed << 32) ^ ((ulong)(uint)Index << 48) ^ (ulong)sequence);

    internal FaultPlan AddFaults(FaultPlan plan, ref SplitMix64 random)
    {
        if (_forced is { } forced)
        {
            plan = FaultCatalog.Add(forced, plan) ?? plan;
        }

        foreach (RandomFault fault in _options.RandomFaults)
        {
            if ((fault.Replica is null || fault.Replica == Index) && random.NextUnit() <= fault.Share)
            {
                plan = FaultCatalog.Add(fault.Fault, plan) ?? plan;
            }
        }

        return plan;
    }
}
