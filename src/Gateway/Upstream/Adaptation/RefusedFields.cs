namespace Gateway.Upstream.Adaptation;

/// <summary>Fields that some models refuse and without which a request still asks for the same answer. Their names: <see cref="RefusableFields"/>.</summary>
[Flags]
internal enum RefusedFields
{
    None = 0,
    StreamOptions = 1 << 0,

    /// <summary>Renamed to <c>max_tokens</c>, as the next one is to this.</summary>
    MaxCompletionTokens = 1 << 1,
    MaxTokens = 1 << 2,

    /// <summary>Only where it is 1.</summary>
    N = 1 << 3,
    FrequencyPenalty = 1 << 4,
    PresencePenalty = 1 << 5,
    RepetitionPenalty = 1 << 6,
    PromptCacheKey = 1 << 7,
    PromptCacheRetention = 1 << 8,
    Thinking = 1 << 9,
    ReasoningEffort = 1 << 10,
    Verbosity = 1 << 11,
    User = 1 << 12,
    SafetyIdentifier = 1 << 13,
    Metadata = 1 << 14,
    ServiceTier = 1 << 15,

    /// <summary>Only where it is not true.</summary>
    Store = 1 << 16,
}
