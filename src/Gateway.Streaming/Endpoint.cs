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
}
