using Gateway.Credentials;
using Gateway.Failures;
using Gateway.Streaming.Relay;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>An answer that may go to the client: a stream at its first content, or a whole unary body.</summary>
internal sealed class UpstreamResponse : IDisposable
{
    private readonly Http1Exchange? _exchange;
    private readonly ReplicaLease? _lease;
    private readonly AttemptDeadline? _deadline;
    private readonly Replica? _replica;
    private readonly IDisposable? _source;
    private bool _isDisposed;

    internal UpstreamResponse(Http1Exchange exchange, in Candidate candidate, ReplicaLease lease, AttemptDeadline? deadline)
    {
        _deadline = deadline;
        _exchange = exchange;
        _lease = lease;
        _replica = candidate.Replica;
        Provider = _replica.Provider.Name;
        Model = candidate.Model;
        Idle = _replica.Provider.Options.Timeouts.Idle;
    }

    /// <summary>An answer from memory: kept from earlier, or one that another request's upstream call is bringing.</summary>
    /// <param name="source">Disposed with the response.</param>
    /// <param name="provider">Who gave the answer.</param>
    /// <param name="model">The upstream's model id.</param>
    internal UpstreamResponse(IDisposable? source, string provider, string model)
    {
        _source = source;
        Provider = provider;
        Model = model;
    }

    internal string Provider { get; }

    /// <summary>Null for answers from memory.</summary>
    internal string? ReplicaId => _replica?.Id;

    /// <summary>The upstream's model id; empty when it is not known.</summary>
    internal string Model { get; }

    /// <summary>Longest time between two events; zero: no limit.</summary>
    internal TimeSpan Idle { get; }

    /// <summary>Whether an upstream generates it for this request.</summary>
    internal bool IsFromUpstream => _exchange is not null;

    /// <summary>Why the stream ended too early, where more is known than that it did.</summary>
    internal Func<Failure?> EndedBy { get; init; } = static () => null;

    /// <summary>What its request carried; streams only.</summary>
    internal Credential Credential { get; init; } = Credential.None;

    /// <summary>Null for unary answers. Its held blocks have not been released yet.</summary>
    internal StreamRelay? Stream { get; init; }

    /// <summary>The step that found the first content; it may also have found the stream's end.</summary>
    internal RelayStep HeldStep { get; init; }

    /// <summary>The whole body of a unary answer; null for streams.</summary>
    internal UnaryBody? Body { get; init; }

    /// <summary>An answer that goes through as it comes; null for all others.</summary>
    internal PassedBody? Passed { get; init; }

    internal required string ContentType { get; init; }

    /// <summary>Headers of the upstream that the client may see.</summary>
    internal required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Tells the replica's health how the relayed answer ended.</summary>
    /// <param name="failure">Null: it was complete.</param>
    internal void Report(Failure? failure)
    {
        if (_replica is not null)
            HealthReports.Report(_replica, failure, HasAlternative);
    }

    /// <summary>The failure the upstream reported inside its stream.</summary>
    internal Failure ErrorOf(StreamRelay stream) => Attempt.StreamError(stream.Rules, _replica?.Provider.SecretsOf(Credential, _replica) ?? []);

    /// <summary>Whether another provider could have served the request.</summary>
    internal bool HasAlternative { get; set; }

    /// <summary>The stream's end has been relayed; its connection may be kept once the last bytes of its framing are in.</summary>
    internal void KeepConnection() => _exchange?.DrainAndReturn();

    /// <summary>Nothing more is wanted: the upstream's connection closes at once, which ends its generation.</summary>
    internal void Abort() => _exchange?.Abort();

    /// <summary>Keeps the connection when the body was read to its end; closes it otherwise.</summary>
    public void Dispose()
    {
        if (!_isDisposed && _lease?.Pass is { } pass)
            pass.Used = pass.Estimate.Used(Body?.Usage ?? Stream?.Rules.Usage, Stream?.ContentEvents ?? 0, Body?.Memory.Length ?? 0);
        _isDisposed = true;
        Stream?.Dispose();
        Body?.Dispose();
        Passed?.Dispose();
        _exchange?.Dispose();
        _lease?.Dispose();
        _deadline?.Dispose();
        _source?.Dispose();
    }
}
