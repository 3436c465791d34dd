using Gateway.Caching.Store;
using Gateway.Configuration;

namespace Gateway.Caching;

/// <summary>A request that may be answered from the cache.</summary>
/// <param name="Key">Requests with one key have one answer.</param>
/// <param name="Directives">The client's.</param>
/// <param name="Options">The router's.</param>
/// <param name="Model">As the client names it: entries are purged by it.</param>
/// <param name="UpstreamModel">The one that is to answer: an equivalent's answer is not kept.</param>
/// <param name="KeyId">The client key whose answer it is; null without keys.</param>
internal sealed record CacheQuestion(CacheKey Key, CacheDirectives Directives, CacheOptions Options, string Model, string UpstreamModel, string? KeyId)
{
    /// <summary>Whether an answer will do for this client now.</summary>
    internal bool IsFresh(CachedAnswer answer, DateTimeOffset now) =>
        answer.FreshUntil > now && (Directives.MaxAge is not { } seconds || (now - answer.Created).TotalSeconds <= seconds);

    /// <summary>Whether a hit should also refresh the answer.</summary>
    internal bool IsDue(CachedAnswer answer, DateTimeOffset now) =>
        Options.EagerRefresh is { } share && (now - answer.Created).TotalSeconds >= share * (answer.FreshUntil - answer.Created).TotalSeconds;
}
