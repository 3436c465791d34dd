using System.Collections.Frozen;

namespace Gateway.Simulator.Requests;

/// <summary>The top-level fields that Dynamo's strict bodies accept, per endpoint (source: its request types at 1.5).</summary>
internal static class KnownFields
{
    private static readonly string[] Common =
    [
        "model", "nvext", "ignore_eos", "min_tokens", "top_k", "min_p", "repetition_penalty", "include_stop_str_in_output",
        "guided_json", "guided_regex", "guided_grammar", "guided_choice", "guided_decoding_backend", "guided_whitespace_pattern",
        "skip_special_tokens", "prompt_logprobs", "return_tokens_as_token_ids",
        "cache_salt", "stop_token_ids", "detokenize", "allowed_token_ids", "bad_words_token_ids",
        "max_tokens", "n", "stream", "stream_options", "stop", "temperature", "top_p", "presence_penalty", "frequency_penalty",
        "logit_bias", "logprobs", "seed", "user",
    ];

    private static readonly FrozenSet<string> Chat = Common.Concat(
    [
        "messages", "mm_processor_kwargs", "media_io_kwargs", "store", "reasoning_effort", "metadata", "top_logprobs", "max_completion_tokens",
        "modalities", "prediction", "audio", "response_format", "service_tier", "tools", "tool_choice", "parallel_tool_calls",
        "function_call", "functions", "web_search_options", "chat_template_args", "chat_template_kwargs", "thinking",
    ]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Completions =
        Common.Concat(["prompt", "prompt_embeds", "suffix", "echo", "best_of", "metadata"]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Embeddings =
        FrozenSet.ToFrozenSet(["model", "input", "encoding_format", "dimensions", "user", "nvext"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Responses = FrozenSet.ToFrozenSet(
    [
        "model", "input", "background", "conversation", "include", "instructions", "max_output_tokens", "max_tool_calls", "metadata",
        "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier",
        "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation",
        "user", "nvext", "chat_template_args", "chat_template_kwargs", "thinking",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> NvExt = FrozenSet.ToFrozenSet(
    [
        "greed_sampling", "use_raw_prompt", "annotations", "backend_instance_id", "token_data", "max_thinking_tokens", "extra_fields",
        "prefill_worker_id", "decode_worker_id", "dp_rank", "prefill_dp_rank", "agent_hints", "request_timestamp_ms", "session_control",
        "ignore_eos", "top_k", "repetition_penalty", "cache_control",
    ], StringComparer.Ordinal);

    /// <summary>The Anthropic surface ignores what it does not know.</summary>
    public static bool Accepts(SimulatedEndpoint endpoint, string field) => endpoint switch
    {
        SimulatedEndpoint.Chat => Chat.Contains(field),
        SimulatedEndpoint.Completions => Completions.Contains(field),
        SimulatedEndpoint.Embeddings => Embeddings.Contains(field),
        SimulatedEndpoint.Responses => Responses.Contains(field),
        _ => true,
    };

    public static bool NvExtAccepts(string field) => NvExt.Contains(field);
}
