namespace Gateway.Streaming.Usage;

/// <summary>Token counts that an upstream reported; cumulative, so a later report replaces an earlier one.</summary>
/// <param name="Prompt"><c>prompt_tokens</c> or <c>input_tokens</c>.</param>
/// <param name="Completion"><c>completion_tokens</c> or <c>output_tokens</c>.</param>
/// <param name="Cached"><c>prompt_tokens_details.cached_tokens</c>, <c>input_tokens_details.cached_tokens</c> or <c>cache_read_input_tokens</c>.</param>
/// <param name="Reasoning"><c>completion_tokens_details.reasoning_tokens</c> or <c>output_tokens_details.reasoning_tokens</c>.</param>
public readonly record struct TokenUsage(long Prompt, long Completion, long Cached, long Reasoning);
