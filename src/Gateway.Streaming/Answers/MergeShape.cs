namespace Gateway.Streaming.Answers;

/// <summary>The objects whose members are merged one by one.</summary>
internal enum MergeShape
{
    None,
    Chunk,
    Choice,
    Delta,
    Call,
    Function,
    Logprobs,

    /// <summary>Anthropic's message, and <c>delta</c> of its <c>message_delta</c>.</summary>
    Message,

    /// <summary>Anthropic's <c>message_delta</c> event.</summary>
    MessageDelta,

    /// <summary>Anthropic's usage: each report replaces what it names.</summary>
    Counts,

    /// <summary>Anthropic's content block as it starts.</summary>
    Block,

    /// <summary>Anthropic's <c>delta</c> of a content block.</summary>
    BlockDelta,
}
