using Gateway.Streaming.Usage;

namespace Gateway.Telemetry;

/// <summary>What upstreams reported of one model of a provider, by kind.</summary>
internal sealed class TokenSeries(CountedSeries prompt, CountedSeries completion, CountedSeries cached, CountedSeries reasoning)
{
    internal void Add(in TokenUsage usage)
    {
        Add(prompt, usage.Prompt);
        Add(completion, usage.Completion);
        Add(cached, usage.Cached);
        Add(reasoning, usage.Reasoning);
    }

    internal void Flush()
    {
        prompt.Flush();
        completion.Flush();
        cached.Flush();
        reasoning.Flush();
    }

    private static void Add(CountedSeries series, long count)
    {
        if (count > 0)
            series.Add(count);
    }
}
