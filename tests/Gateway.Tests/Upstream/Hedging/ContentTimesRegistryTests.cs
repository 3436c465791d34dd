using Gateway.Streaming;
using Gateway.Tests.Simulator;
using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

public sealed class ContentTimesRegistryTests
{
    private readonly SteppedTimeProvider _time = new();

    [Fact]
    public void For_SameKind_IsTheSame()
    {
        ContentTimesRegistry registry = new(_time);
        ContentTimes chat = registry.For("p", "m", Endpoint.ChatCompletions, isStream: true);

        Assert.Same(chat, registry.For("p", "m", Endpoint.ChatCompletions, isStream: true));
        Assert.Same(chat, registry.For("p", "m", Endpoint.Messages, isStream: true));
        Assert.NotSame(chat, registry.For("q", "m", Endpoint.ChatCompletions, isStream: true));
        Assert.NotSame(chat, registry.For("p", "n", Endpoint.ChatCompletions, isStream: true));
        Assert.Equal(3, registry.Count);
    }

    [Fact]
    public void For_Unary_IsPerEndpoint()
    {
        ContentTimesRegistry registry = new(_time);
        ContentTimes chat = registry.For("p", "m", Endpoint.ChatCompletions, isStream: false);

        Assert.Same(chat, registry.For("p", "m", Endpoint.ChatCompletions, isStream: false));
        Assert.NotSame(chat, registry.For("p", "m", Endpoint.ChatCompletions, isStream: true));
        Assert.NotSame(chat, registry.For("p", "m", Endpoint.Embeddings, isStream: false));
    }

    [Fact]
    public void For_OneTooMany_TakesThePlaceOfTheIdlest()
    {
        ContentTimesRegistry registry = new(_time);
        for (int i = 0; i < ContentTimesRegistry.MaxCount; i++)
        {
            registry.For("p", $"m{i}", Endpoint.ChatCompletions, isStream: true);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        ContentTimes used = registry.For("p", "m0", Endpoint.ChatCompletions, isStream: true);
        used.Observe(TimeSpan.FromSeconds(1));
        ContentTimes idle = registry.For("p", "m1", Endpoint.ChatCompletions, isStream: true);
        registry.For("p", "one more", Endpoint.ChatCompletions, isStream: true);

        Assert.Equal(ContentTimesRegistry.MaxCount, registry.Count);
        Assert.Same(used, registry.For("p", "m0", Endpoint.ChatCompletions, isStream: true));
        Assert.NotSame(idle, registry.For("p", "m1", Endpoint.ChatCompletions, isStream: true));
    }
}
