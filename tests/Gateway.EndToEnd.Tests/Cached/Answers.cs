using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Cached;

/// <summary>What an upstream with a usage says.</summary>
internal static class Answers
{
    public const string Usage = """data: {"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}""" + "\n\n";

    public static string StreamOf(string content, string finish = "stop") =>
        Chat.StreamHead + Play.Chunk(Chat.Role + Chat.Content(content) + Chat.Finish.Replace("\"stop\"", $"\"{finish}\"", StringComparison.Ordinal) + Usage + Chat.Done) + Chat.End;

    public static string WholeOf(string content, string finish = "stop") =>
        Chat.Json(Play.UnaryBody.Replace("Hello", content, StringComparison.Ordinal).Replace("\"stop\"", $"\"{finish}\"", StringComparison.Ordinal));

    /// <summary>As the request wants it.</summary>
    public static Func<UpstreamConnection, string, Task> Say(string content, string finish = "stop") =>
        (connection, request) => connection.WriteAsync(IsStream(request) ? StreamOf(content, finish) : WholeOf(content, finish));

    /// <summary>A different answer to each request, by its number.</summary>
    public static Func<UpstreamConnection, string, Task> SayNumbers()
    {
        int number = 0;
        return (connection, request) => Say($"answer-{Interlocked.Increment(ref number)}")(connection, request);
    }

    public static bool IsStream(string request) => request.Contains("\"stream\":true", StringComparison.Ordinal);
}
