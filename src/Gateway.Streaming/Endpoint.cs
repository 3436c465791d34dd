namespace Gateway.Streaming;

/// <summary>The relayed OpenAI-shaped endpoints; each has its own stream rules.</summary>
public enum Endpoint
{
    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>POST /v1/completions</c>.</summary>
    Completions,

    /// <summary><c>POST /v1/embeddings</c>; never streams.</summary>
    Embeddings,

    /// <summary><c>POST /v1/responses</c>.</summary>
    Responses,

    /// <summary><c>POST /v1/messages</c> (Anthropic's shape).</summary>
    Messages,

    /// <summary><c>POST /v1/messages/count_tokens</c> (Anthropic's shape); never streams.</summary>
    CountTokens,

    /// <summary><c>POST /v1/rerank</c>; never streams.</summary>
    Rerank,

    /// <summary><c>POST /v1/classify</c>; never streams.</summary>
    Classify,

    /// <summary><c>POST /v1/audio/speech</c>: JSON in, audio out as it comes.</summary>
    Speech,

    /// <summary><c>POST /v1/audio/transcriptions</c>: a file in, as it comes.</summary>
    Transcriptions,

    /// <summary><c>POST /v1/audio/translations</c>: a file in, as it comes.</summary>
    Translations,

    /// <summary><c>POST /v1/images/generations</c>: JSON in, images out as they come.</summary>
    Images,
}
