namespace Gateway.Configuration;

/// <summary>The name under which the upstream wants its token limit (<c>providers.*.request.max-tokens-field</c>).</summary>
internal enum MaxTokensField
{
    Keep,
    MaxTokens,
    MaxCompletionTokens,
}
