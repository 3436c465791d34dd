using Gateway.Streaming.Requests;
using Gateway.Streaming.Usage;

namespace Gateway.Limits;

/// <summary>What a request may use, before anybody has counted: a token for four bytes of its text, and for each choice its token limit.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Completion">Tokens of all choices together.</param>
internal readonly record struct TokenEstimate(long Prompt, long Completion)
{
    /// <summary>Of a request that names no token limit, per choice.</summary>
    internal const long DefaultMaxTokens = 512;

    /// <summary>More than any model reads and writes at once: an upstream that reports nonsense must not close a limit for days.</summary>
    internal const long MaxTokens = 100_000_000;

    private const int BytesPerToken = 4;

    internal long Total => Prompt + Completion;

    internal static TokenEstimate Of(RequestFields fields, ReadOnlySpan<byte> body)
    {
        long perChoice = fields.Endpoint == Endpoint.Embeddings ? 0 : fields.MaxCompletionTokens ?? fields.MaxTokens ?? fields.MaxOutputTokens ?? DefaultMaxTokens;
        long choices = Math.Clamp(fields.ExpectedChoices, 1, MaxTokens);
        return new(Math.Min(PromptText.CountBytes(fields, body) / BytesPerToken, MaxTokens), Math.Min(Math.Clamp(perChoice, 0, MaxTokens) * choices, MaxTokens));
    }

    /// <summary>What an answer used: as the upstream reported it, else the estimate's prompt and a token for each content chunk, or for four bytes of a whole answer.</summary>
    /// <param name="reported">Null: the upstream reported nothing.</param>
    /// <param name="contentChunks">Of a stream.</param>
    /// <param name="answerBytes">Of an answer that was no stream.</param>
    internal long Used(TokenUsage? reported, long contentChunks, long answerBytes) => reported is { } usage
        ? Math.Min(usage.Prompt, MaxTokens) + Math.Min(usage.Completion, MaxTokens)
        : Prompt + Math.Min(contentChunks + (answerBytes / BytesPerToken), MaxTokens);
}
