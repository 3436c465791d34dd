using System.Collections.Concurrent;
using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>Remembers which unlisted ids a provider has refused, so that a client with a wrong name does not become load on the upstream.</summary>
internal sealed class UnlistedModels(TimeProvider time, TimeSpan age)
{
    private const int MaxRemembered = 4096;
    private const int MaxIdLength = 256;

    private readonly ConcurrentDictionary<(Provider Provider, string Model), long> _refused = new();

    internal bool MayAsk(Provider provider, string model) =>
        model.Length <= MaxIdLength && (!_refused.TryGetValue((provider, model), out long until) || time.GetTimestamp() >= until);

    /// <summary>The provider is gone.</summary>
    internal void Forget(Provider provider)
    {
        foreach ((Provider Provider, string Model) key in _refused.Keys)
        {
            if (key.Provider == provider)
                _refused.TryRemove(key, out _);
        }
    }

    internal void Refused(Provider provider, string model)
    {
        if (_refused.Count >= MaxRemembered)
            _refused.Clear();
        _refused[(provider, model)] = time.GetTimestamp() + (long)(age.TotalSeconds * time.TimestampFrequency);
    }
}
