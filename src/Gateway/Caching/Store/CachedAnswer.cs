using Gateway.Streaming.Usage;

namespace Gateway.Caching.Store;

/// <summary>A complete answer and whose it is. Immutable: a hit reads it while it may be replaced or evicted.</summary>
internal sealed record CachedAnswer
{
    /// <summary>What an entry takes beside its texts: objects, the index, its place in a queue (measured: MemoryStoreTests).</summary>
    private const int Overhead = 440;

    public required AnswerShape Shape { get; init; }

    public required Endpoint Endpoint { get; init; }

    /// <summary>The body as it came, without keepalives.</summary>
    public required byte[] Body { get; init; }

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

    /// <summary>Bytes it is accounted with.</summary>
    internal long Size => Overhead + Body.Length + (2L * (Provider.Length + UpstreamModel.Length + Model.Length + (KeyId?.Length ?? 0)));
}
