using Gateway.Simulator;

namespace Gateway.Load.Requests;

/// <summary>What the requests of a run are like.</summary>
internal sealed record RequestShape
{
    public LoadApi Api { get; init; }

    public bool Stream { get; init; }

    /// <summary>Streams ask for usage, so that output tokens are the upstream's count.</summary>
    public bool AskForUsage { get; init; } = true;

    public bool IgnoreEos { get; init; }

    public LengthDistribution PromptTokens { get; init; } = LengthDistribution.Fixed(64);

    /// <summary>max_tokens; null: the field is left out.</summary>
    public LengthDistribution? OutputTokens { get; init; }

    /// <summary>Length of the prefixes that prompts share, and how many there are.</summary>
    public int PrefixTokens { get; init; }

    public int Prefixes { get; init; } = 1;

    /// <summary>Different prompts; then they come again.</summary>
    public int Prompts { get; init; } = 1_000;

    public string? Dataset { get; init; }

    public LengthDistribution Turns { get; init; } = LengthDistribution.Fixed(1);

    public TimeSpan TurnDelay { get; init; }

    public double CancelShare { get; init; }

    /// <summary>After the send; zero: at the first content.</summary>
    public TimeSpan CancelAfter { get; init; }

    public IReadOnlyList<WeightedModel> Models { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sent as a bearer token; several are used in turn.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Top-level fields with their JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraFields { get; init; } = [];

    /// <summary>The simulator behind the target, when answers are to be compared with what it says.</summary>
    public SimulatorOptions? Check { get; init; }

    public string Path => Api switch
    {
        LoadApi.Completions => "/v1/completions",
        LoadApi.Embeddings => "/v1/embeddings",
        _ => "/v1/chat/completions",
    };

    /// <summary>What is never sent need not be written: a thousand prompts of 100,000 tokens are gigabytes.</summary>
    public RequestShape AtMost(long requests) => this with { Prompts = (int)Math.Min(Prompts, requests) };

    /// <summary>Conversations are built as they go; everything else is prepared before the run.</summary>
    public bool HasSessions => Turns != LengthDistribution.Fixed(1);
}
