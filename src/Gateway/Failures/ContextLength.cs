namespace Gateway.Failures;

/// <summary>How upstreams say that a prompt does not fit the model.</summary>
internal static class ContextLength
{
    private const string Code = "context_length_exceeded";

    /// <summary>vLLM and OpenAI; several servers; Anthropic.</summary>
    private static readonly string[] Messages = ["maximum context length", "context length exceeded", "prompt is too long"];

    internal static bool IsExceeded(in UpstreamError said)
    {
        if (string.Equals(said.Code, Code, StringComparison.OrdinalIgnoreCase))
            return true;

        string? message = said.Message;
        return message is not null && Array.Exists(Messages, known => message.Contains(known, StringComparison.OrdinalIgnoreCase));
    }
}
