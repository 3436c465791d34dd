namespace Gateway.Streaming.Requests;

/// <summary>The top-level request fields that the gateway reads; which of them depends on the endpoint.</summary>
public enum RequestField
{
    Model,
    Messages,
    Prompt,
    Input,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    N,
    User,
    Store,
    PromptCacheKey,
}
