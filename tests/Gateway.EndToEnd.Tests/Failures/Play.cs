using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Failures;

/// <summary>What an upstream may do with a request.</summary>
internal static class Play
{
    /// <summary>The whole body of an unary answer.</summary>
    public const string UnaryBody = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}""";

    /// <summary>The whole body of a stream, as the client sees it.</summary>
    public const string StreamBody = Chat.Role + Hello + Chat.Finish + Chat.Done;

    private const string Hello = """
        data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}


        """;

    /// <summary>As the request wants it: a stream or one body.</summary>
    public static Task Answer(UpstreamConnection connection, string request) =>
        IsStream(request) ? Chat.AnswerAsync(connection) : connection.WriteAsync(Chat.Json(UnaryBody));

    /// <summary>Takes the request and says nothing until the gateway closes.</summary>
    public static Task Silent(UpstreamConnection connection, string request) => connection.ClosedAsync();

    /// <summary>Head and role chunk at once, and then nothing.</summary>
    public static async Task RoleThenSilence(UpstreamConnection connection, string request)
    {
        await connection.WriteAsync(Chat.StreamHead);
        await connection.ChunkAsync(Chat.Role);
        await connection.ClosedAsync();
    }

    public static Task Reset(UpstreamConnection connection, string request)
    {
        connection.Reset();
        return Task.CompletedTask;
    }

    /// <summary>An error as a complete answer; the connection stays.</summary>
    public static Func<UpstreamConnection, string, Task> Status(int status, string headers = "", string message = "it said no") =>
        Bytes(Chat.Json($$"""{"message":"{{message}}","type":"t","code":{{status}}}""", $"{status} Said", headers));

    /// <summary>These bytes, and the connection stays.</summary>
    public static Func<UpstreamConnection, string, Task> Bytes(string script) => (connection, _) => connection.WriteAsync(script);

    /// <summary>These bytes, and then FIN.</summary>
    public static Func<UpstreamConnection, string, Task> BytesThenEnd(string script) => async (connection, _) =>
    {
        await connection.WriteAsync(script);
        connection.End();
        await connection.ClosedAsync();
    };

    /// <summary>The first for the first <paramref name="count"/> requests, and then the other.</summary>
    public static Func<UpstreamConnection, string, Task> First(int count, Func<UpstreamConnection, string, Task> first, Func<UpstreamConnection, string, Task> then)
    {
        int seen = 0;
        return (connection, request) => Interlocked.Increment(ref seen) <= count ? first(connection, request) : then(connection, request);
    }

    /// <summary>A chunk of a chunked body.</summary>
    public static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static bool IsStream(string request) => request.Contains("\"stream\":true", StringComparison.Ordinal);
}
