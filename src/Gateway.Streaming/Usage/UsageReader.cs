using System.Text.Json;

namespace Gateway.Streaming.Usage;

/// <summary>Reads a usage object in any of the shapes OpenAI, Anthropic and their followers use.</summary>
public static class UsageReader
{
    /// <summary>
    /// Reads the object the reader stands on (<see cref="JsonTokenType.StartObject"/>) to its end.
    /// Fields that are absent keep the value of <paramref name="before"/>: Anthropic reports input and output in different events.
    /// </summary>
    /// <exception cref="JsonException">The JSON is invalid.</exception>
    public static TokenUsage Read(ref Utf8JsonReader reader, TokenUsage before = default)
    {
        TokenUsage usage = before;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
                usage = usage with { Prompt = Number(ref reader, usage.Prompt) };
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
                usage = usage with { Completion = Number(ref reader, usage.Completion) };
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
                usage = usage with { Cached = Number(ref reader, usage.Cached) };
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8))
                usage = usage with { Cached = Detail(ref reader, "cached_tokens"u8, usage.Cached) };
            else if (reader.ValueTextEquals("completion_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8))
                usage = usage with { Reasoning = Detail(ref reader, "reasoning_tokens"u8, usage.Reasoning) };
            else
                reader.Skip();
        }

        return usage;
    }

    private static long Detail(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, long before)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return before;
        }

        long value = before;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
                value = Number(ref reader, value);
            else
                reader.Skip();
        }

        return value;
    }

    private static long Number(ref Utf8JsonReader reader, long before)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value >= 0)
            return value;
        reader.Skip();
        return before;
    }
}
