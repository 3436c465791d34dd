using System.Text;

namespace Gateway.Streaming.Requests;

/// <summary>The names of the fields that the gateway reads, and which endpoint has which.</summary>
internal static class RequestFieldNames
{
    internal const int Count = (int)RequestField.PromptCacheKey + 1;

    internal static ReadOnlySpan<byte> Utf8(RequestField field) => field switch
    {
        RequestField.Model => "model"u8,
        RequestField.Messages => "messages"u8,
        RequestField.Prompt => "prompt"u8,
        RequestField.Input => "input"u8,
        RequestField.Stream => "stream"u8,
        RequestField.StreamOptions => "stream_options"u8,
        RequestField.MaxTokens => "max_tokens"u8,
        RequestField.MaxCompletionTokens => "max_completion_tokens"u8,
        RequestField.MaxOutputTokens => "max_output_tokens"u8,
        RequestField.N => "n"u8,
        RequestField.User => "user"u8,
        RequestField.Store => "store"u8,
        RequestField.PromptCacheKey => "prompt_cache_key"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    internal static string Text(RequestField field) => Encoding.UTF8.GetString(Utf8(field));

    /// <summary>A field outside this list is neither decoded nor checked: the endpoint gives it another meaning or none.</summary>
    internal static bool IsRead(Endpoint endpoint, RequestField field) => field switch
    {
        RequestField.Model => true,
        RequestField.Messages => endpoint is Endpoint.ChatCompletions or Endpoint.Messages or Endpoint.CountTokens,
        RequestField.Prompt => endpoint == Endpoint.Completions,
        RequestField.N or RequestField.StreamOptions or RequestField.MaxCompletionTokens => endpoint is Endpoint.ChatCompletions or Endpoint.Completions,
        RequestField.Input => endpoint is Endpoint.Responses or Endpoint.Embeddings or Endpoint.Classify,
        RequestField.Stream => endpoint is Endpoint.ChatCompletions or Endpoint.Completions or Endpoint.Responses or Endpoint.Messages or Endpoint.Images,
        RequestField.MaxTokens => endpoint is Endpoint.ChatCompletions or Endpoint.Completions or Endpoint.Messages,
        RequestField.MaxOutputTokens => endpoint == Endpoint.Responses,
        RequestField.User => !endpoint.IsAnthropic(),
        RequestField.Store or RequestField.PromptCacheKey => endpoint is Endpoint.ChatCompletions or Endpoint.Responses,
        _ => false,
    };

    /// <summary>The field of that name, if the endpoint reads it.</summary>
    /// <param name="written">The text between the name's quotes.</param>
    /// <param name="hasEscapes">Whether it is written with escapes.</param>
    /// <param name="endpoint">The endpoint.</param>
    internal static RequestField? Find(ReadOnlySpan<byte> written, bool hasEscapes, Endpoint endpoint)
    {
        RequestField? known = hasEscapes ? FindEscaped(written) : FindPlain(written);
        return known is { } field && IsRead(endpoint, field) ? field : null;
    }

    private static RequestField? FindPlain(ReadOnlySpan<byte> name)
    {
        RequestField? candidate = name.Length switch
        {
            1 => RequestField.N,
            4 => RequestField.User,
            5 => name[0] == 'm' ? RequestField.Model : name[0] == 's' ? RequestField.Store : RequestField.Input,
            6 => name[0] == 's' ? RequestField.Stream : RequestField.Prompt,
            8 => RequestField.Messages,
            10 => RequestField.MaxTokens,
            14 => RequestField.StreamOptions,
            16 => RequestField.PromptCacheKey,
            17 => RequestField.MaxOutputTokens,
            21 => RequestField.MaxCompletionTokens,
            _ => null,
        };
        return candidate is { } field && name.SequenceEqual(Utf8(field)) ? field : null;
    }

    private static RequestField? FindEscaped(ReadOnlySpan<byte> written)
    {
        for (var field = RequestField.Model; (int)field < Count; field++)
        {
            if (EscapedText.Equals(written, Utf8(field)))
                return field;
        }
        return null;
    }
}
