using System.Collections.Concurrent;

namespace Gateway.Upstream.Hedging;

/// <summary>The <see cref="ContentTimes"/> of each upstream model; 4 KB each, at most <see cref="MaxCount"/>. Thread-safe.</summary>
internal sealed class ContentTimesRegistry(TimeProvider time)
{
    /// <summary>One more takes the place of the one not used for longest: model ids may be the client's choice.</summary>
    internal const int MaxCount = 1_000;

    private readonly Lock _adding = new();
    private readonly ConcurrentDictionary<Key, ContentTimes> _times = new();

    internal int Count => _times.Count;

    /// <summary>
    /// All streams of a model share one: a first content is a first content. Unary answers wait for all of theirs, which an embedding and a chat
    /// do not have in common, so each endpoint has its own.
    /// </summary>
    internal ContentTimes For(string provider, string upstreamModel, Endpoint endpoint, bool isStream)
    {
        Key key = new(provider, upstreamModel, isStream ? null : endpoint);
        return _times.TryGetValue(key, out ContentTimes? known) ? known : Add(key);
    }

    private ContentTimes Add(Key key)
    {
        lock (_adding)
        {
            if (_times.TryGetValue(key, out ContentTimes? known))
                return known;

            if (_times.Count >= MaxCount)
                _times.TryRemove(_times.MinBy(entry => entry.Value.UsedAt).Key, out _);

            return _times.GetOrAdd(key, new ContentTimes(time));
        }
    }

    /// <param name="Provider">The provider's name.</param>
    /// <param name="Model">The upstream's model id.</param>
    /// <param name="Unary">Null for streams.</param>
    private readonly record struct Key(string Provider, string Model, Endpoint? Unary);
}
