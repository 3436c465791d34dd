using Gateway.Credentials;
using Gateway.Failures;
using Gateway.Streaming.Relay;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>An answer that may go to the client: a stream at its first content, or a whole unary body.</summary>
internal sealed class UpstreamResponse : IDisposable
{
    private readonly Http1Exchange _exchange;
    private readonly ReplicaLease _lease;
    private readonly AttemptDeadline? _deadline;
    private bool _isDisposed;

    internal UpstreamResponse(Http1Exchange exchange, in Candidate candidate, ReplicaLease lease, AttemptDeadline? deadline)
    {
        _deadline = deadline;
        _exchange = exchange;
        _lease = lease;
        Candidate = candidate;
    }

    internal Candidate Candidate { get; }

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
    internal void Report(Failure? failure) => HealthReports.Report(Candidate.Replica, failure, HasAlternative);

    /// <summary>The failure the upstream reported inside its stream.</summary>
    internal Failure ErrorOf(StreamRelay stream) => Attempt.StreamError(stream.Rules, Candidate, Credential);

    /// <summary>Whether another provider could have served the request.</summary>
    internal bool HasAlternative { get; set; }

    /// <summary>The stream's end has been relayed; its connection may be kept once the last bytes of its framing are in.</summary>
    internal void KeepConnection() => _exchange.DrainAndReturn();

    /// <summary>Nothing more is wanted: the upstream's connection closes at once, which ends its generation.</summary>
    internal void Abort() => _exchange.Abort();

    /// <summary>Keeps the connection when the body was read to its end; closes it otherwise.</summary>
    public void Dispose()
    {
        if (!_isDisposed && _lease.Pass is { } pass)
            pass.Used = pass.Estimate.Used(Body?.Usage ?? Stream?.Rules.Usage, Stream?.ContentEvents ?? 0, Body?.Memory.Length ?? 0);
        _isDisposed = true;
        Stream?.Dispose();
        Body?.Dispose();
        Passed?.Dispose();
        _exchange.Dispose();
        _lease.Dispose();
        _deadline?.Dispose();
    }
}
