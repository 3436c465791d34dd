namespace Gateway.EndToEnd.Tests.Wire;

/// <summary>One small request per endpoint.</summary>
internal static class Requests
{
    internal static string Path(string endpoint) => endpoint == "chat" ? "/v1/chat/completions" : $"/v1/{endpoint}";

    /// <param name="endpoint">chat, completions, embeddings, responses or messages.</param>
    /// <param name="model">A listed model or a fault.</param>
    /// <param name="stream">Ignored by embeddings.</param>
    /// <param name="includeUsage">Whether a chat or completions stream asks for its usage chunk.</param>
    internal static string Body(string endpoint, string model, bool stream, bool includeUsage = true)
    {
        string options = stream ? ",\"stream\":true" : "";
        if (stream && includeUsage && endpoint is ("chat" or "completions"))
            options += ",\"stream_options\":{\"include_usage\":true}";
        const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
        return endpoint switch
        {
            "chat" => $"{{\"model\":\"{model}\",{Messages}{options}}}",
            "completions" => $"{{\"model\":\"{model}\",\"prompt\":\"Once upon a time\"{options}}}",
            "embeddings" => $"{{\"model\":\"{model}\",\"input\":[\"one\",\"two\"]}}",
            "responses" => $"{{\"model\":\"{model}\",\"input\":\"Hello\"{options}}}",
            _ => $"{{\"model\":\"{model}\",\"max_tokens\":12,{Messages}{options}}}",
        };
    }
}
