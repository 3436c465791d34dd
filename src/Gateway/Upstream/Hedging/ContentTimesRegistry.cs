using System.Collections.Concurrent;

namespace Gateway.Upstream.Hedging;

/// <summary>One <see cref="ContentTimes"/> for each provider, model and kind of answer; bounded.</summary>
internal sealed class ContentTimesRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Provider, string Model, Endpoint Endpoint, bool IsStream), ContentTimes> _times = new();

    internal ContentTimes For(string provider, string model, Endpoint endpoint, bool isStream) =>
        _times.GetOrAdd((provider, model, endpoint, isStream), static (_, clock) => new(clock), time);
}
