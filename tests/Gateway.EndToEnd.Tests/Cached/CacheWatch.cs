using System.ClientModel.Primitives;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>Notes, of every answer the .NET client gets, how the cache was met.</summary>
internal sealed class CacheWatch : PipelinePolicy
{
    private readonly List<string?> _met = [];

    public IReadOnlyList<string?> Met => _met;

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        ProcessNext(message, pipeline, currentIndex);
        Note(message);
    }

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        await ProcessNextAsync(message, pipeline, currentIndex);
        Note(message);
    }

    private void Note(PipelineMessage message) =>
        _met.Add(message.Response?.Headers.TryGetValue("x-gateway-cache", out string? met) == true ? met : null);
}
