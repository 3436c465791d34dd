using System.Collections.Concurrent;

namespace Gateway.Upstream.Adaptation;

/// <summary>What each model of a provider was seen to refuse. Forgotten after an hour, so that an upstream that has learnt the field gets it again.</summary>
internal sealed class LearnedFields(TimeProvider time)
{
    internal const int MaxModels = 1024;

    internal static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _models = new(StringComparer.Ordinal);

    internal RefusedFields Of(string model) =>
        !_models.IsEmpty && _models.TryGetValue(model, out Entry? entry) && time.GetElapsedTime(entry.Learned) < Memory ? entry.Fields : RefusedFields.None;

    /// <summary>The model answered once these were left out.</summary>
    internal void Learn(string model, RefusedFields fields)
    {
        if (_models.Count >= MaxModels)
            _models.Clear();
        _models[model] = new(Of(model) | fields, time.GetTimestamp());
    }

    private sealed record Entry(RefusedFields Fields, long Learned);
}
