using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Streaming.Usage;

namespace Gateway.Telemetry;

/// <summary>
/// What is known of one request. Each step fills in its part; when the request is over, it is read once by metrics and access log.
/// Names are configuration names and ids, never host names, credentials or content.
/// </summary>
internal sealed class RequestOutcome
{
    /// <summary>When the request's head was read, a timestamp of the process's <see cref="TimeProvider"/>.</summary>
    public long Started { get; init; }

    public required string RequestId { get; init; }

    public required string Method { get; init; }

    /// <summary>The path without query.</summary>
    public required string Path { get; init; }

    /// <summary>Null for paths that are not relayed.</summary>
    public Endpoint? Endpoint { get; set; }

    /// <summary>The id of the client's key, never the key; null: unknown, or none are configured.</summary>
    public string? KeyId { get; set; }

    public string? Router { get; set; }

    /// <summary>The model as the client wrote it.</summary>
    public string? RequestedModel { get; set; }

    /// <summary>The requested id when configured or listed, else <c>other</c>: bounded, for metric labels.</summary>
    public string ModelLabel { get; set; } = "other";

    public string? Provider { get; set; }

    public string? Replica { get; set; }

    public string? UpstreamModel { get; set; }

    public bool IsStream { get; set; }

    public int Status { get; set; }

    public RequestResult Result { get; set; }

    /// <summary>Null on success.</summary>
    public Failure? Failure { get; set; }

    public List<AttemptRecord> Attempts { get; } = new(1);

    /// <summary>Whether a hedge was sent.</summary>
    public bool IsHedged { get; set; }

    public int HedgesWon { get; set; }

    public int HedgesLost { get; set; }

    /// <summary>Hedges that no budget or no replica allowed.</summary>
    public int HedgesDenied { get; set; }

    /// <summary>How each attempt to go on with a broken stream ended.</summary>
    public List<ResumeResult> Resumes { get; } = [];

    /// <summary>Providers whose answers broke off and were resumed, with the content events that came from them.</summary>
    public List<(string Provider, long ContentChunks)> BrokenAnswers { get; } = [];

    /// <summary>What the request holds of its key's and router's limits; null: nothing.</summary>
    public LimitClaim? Claim { get; set; }

    /// <summary>What it was taken to use; with a token limit only.</summary>
    public TokenEstimate Estimate { get; set; }

    /// <summary>Limits that had no room, its own and providers'; null: none.</summary>
    public List<LimitRejection>? Rejections { get; private set; }

    /// <summary>An answer that is no stream of tokens had begun when the request failed.</summary>
    public bool IsCut { get; set; }

    public TimeSpan Duration { get; set; }

    /// <summary>To the first content; null when there was none or the answer was unary.</summary>
    public TimeSpan? TimeToFirstToken { get; set; }

    /// <summary>Time spent waiting on the upstream or the client; overhead is the duration without it.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>Null when the upstream reported none.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>Content events relayed to the client.</summary>
    public long ContentChunks { get; set; }

    /// <summary>Null where caching is off.</summary>
    public CacheResult? Cache { get; set; }

    /// <summary>The upstream call was made for several requests: its attempts and tokens are counted with the call.</summary>
    public bool SharesCall { get; set; }

    /// <summary>Whether no upstream worked for this request alone: it costs no tokens.</summary>
    public bool IsFree => Cache is CacheResult.Hit or CacheResult.Coalesced or CacheResult.Stale;

    public int Keepalives { get; set; }

    /// <summary>The style of those keepalives.</summary>
    public KeepaliveStyle KeepaliveStyle { get; set; }

    public int MalformedEvents { get; set; }

    public long RequestBytes { get; set; }

    public long ResponseBytes { get; set; }

    /// <summary>Set when the client left before the answer was complete.</summary>
    public DisconnectPhase? DisconnectPhase { get; set; }

    /// <summary>W3C trace id (32 hex digits) of the client's <c>traceparent</c>, if it sent one.</summary>
    public string? TraceId { get; set; }

    /// <summary>The correlation id that was sent upstream with the last attempt, if the provider has one.</summary>
    public string? CorrelationId { get; set; }

    /// <param name="key">The key's id, <c>router:NAME</c> or <c>provider:NAME</c>.</param>
    /// <param name="limit">The limit's error code.</param>
    internal void AddRejection(string key, string limit) => (Rejections ??= []).Add(new(key, limit));
}
