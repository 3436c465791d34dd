using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>What a client was given.</summary>
/// <param name="Cache">How the cache was met, as the header says it.</param>
/// <param name="Seen">One answer, or the list of a stream's events.</param>
internal sealed record CachedAnswerSeen(string? Cache, JsonNode Seen)
{
    internal IReadOnlyList<JsonObject> Events => [.. Seen.AsArray().OfType<JsonObject>()];
}
