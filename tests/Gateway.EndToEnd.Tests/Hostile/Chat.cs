namespace Gateway.EndToEnd.Tests.Hostile;

/// <summary>Bytes of chat requests and answers.</summary>
internal static class Chat
{
    public const string Path = "/v1/chat/completions";

    public const string Stream = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    public const string Unary = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    public const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    public const string Role = """
        data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}


        """;

    public const string Finish = """
        data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}


        """;

    public const string Done = "data: [DONE]\n\n";

    public const string End = "0\r\n\r\n";

    public static string Content(string text) =>
        $$"""data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""" + "\n\n";

    public static string Json(string body, string status = "200 OK", string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    /// <summary>Answers a request with a whole stream.</summary>
    public static async Task AnswerAsync(UpstreamConnection connection)
    {
        await connection.WriteAsync(StreamHead);
        await connection.ChunkAsync(Role + Content("Hello") + Finish + Done);
        await connection.WriteAsync(End);
    }
}
