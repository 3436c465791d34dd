using Gateway.Streaming.Usage;

namespace Gateway.Caching.Store;

/// <summary>A complete answer and whose it is. Immutable: a hit reads it while it may be replaced or evicted.</summary>
internal sealed record CachedAnswer
{
    /// <summary>What an entry takes beside its texts: objects, the index, its place in a queue (measured: MemoryStoreTests).</summary>
    private const int Overhead = 456;

    /// <summary>Between two refreshes of one entry: an upstream that fails is not asked at each hit.</summary>
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(30);

    private long _refreshableFrom;

    public required AnswerShape Shape { get; init; }

    public required Endpoint Endpoint { get; init; }

    /// <summary>The body as it came, without keepalives.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Of a stream: the body as one object, once somebody has asked for that; in this process's memory only.</summary>
    public byte[]? Assembled { get; init; }

    /// <summary>Who answered: for <c>x-gateway-provider</c> and <c>x-gateway-model</c>.</summary>
    public required string Provider { get; init; }

    public required string UpstreamModel { get; init; }

    /// <summary>The model as the client named it; entries are purged by it.</summary>
    public required string Model { get; init; }

    /// <summary>The client key it was made for; null without keys.</summary>
    public string? KeyId { get; init; }

    /// <summary>Null when the upstream reported none.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>When the answer was complete; this and the two below are UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Until then it is a hit.</summary>
    public required DateTimeOffset FreshUntil { get; init; }

    /// <summary>Until then it may be given when the upstream fails; at least <see cref="FreshUntil"/>.</summary>
    public required DateTimeOffset StaleUntil { get; init; }

    /// <summary>Whether the caller is to ask for a newer answer; nobody else is then, for a while. The only thing about an entry that changes.</summary>
    internal bool TakeRefresh(DateTimeOffset now)
    {
        long from = Interlocked.Read(ref _refreshableFrom);
        return now.UtcTicks >= from && Interlocked.CompareExchange(ref _refreshableFrom, (now + RefreshPause).UtcTicks, from) == from;
    }

    /// <summary>Bytes it is accounted with.</summary>
    internal long Size => Overhead + Body.Length + (Assembled?.Length ?? 0) + (2L * (Provider.Length + UpstreamModel.Length + Model.Length + (KeyId?.Length ?? 0)));
}
