using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Upstreams;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>An upstream that fails in the way the request's <c>user</c> field names, and tells everybody what it was sent.</summary>
internal sealed class QuotingUpstream : IDisposable
{
    public static readonly string[] Faults =
    [
        "200", "400", "401", "403", "404", "409", "422", "429", "500", "503", "text", "bare", "code", "long", "html", "list",
        "first-event", "late-event", "named-event", "cut-event", "cut-stream", "cut-body", "silent", "reset",
    ];

    private static readonly string[] Credentials = ["Authorization", "api-key", "x-inner"];

    private readonly ScriptedUpstream _upstream;

    public QuotingUpstream() => _upstream = new(AnswerAsync);

    public Uri Address => new(_upstream.Address.GetLeftPart(UriPartial.Authority));

    /// <summary>Every byte that reached it.</summary>
    public IReadOnlyCollection<string> Requests => _upstream.Requests;

    /// <summary>What it was asked to do, and did.</summary>
    public ConcurrentDictionary<string, bool> Done { get; } = new();

    public void Dispose() => _upstream.Dispose();

    private Task AnswerAsync(UpstreamConnection connection, string request)
    {
        string fault = Faults.FirstOrDefault(fault => request.Contains($"\"user\":\"{fault}\"", StringComparison.Ordinal) || request.Contains($"name=\"user\"\r\n\r\n{fault}\r\n", StringComparison.Ordinal)) ?? "200";
        Done[fault] = true;
        string quoted = string.Join("; ", Credentials.Select(name => $"{name}: {RequestText.Header(request, name)}"));
        string bare = string.Join(" or ", Credentials.Select(name => RequestText.Header(request, name).Replace("Bearer ", "", StringComparison.Ordinal)).Where(key => key.Length > 0));
        return fault switch
        {
            "200" when request.Contains("multipart/form-data", StringComparison.Ordinal) => connection.WriteAsync(Chat.Json("""{"text":"hi"}""")),
            "200" => Play.Answer(connection, request),
            "silent" => connection.ClosedAsync(),
            "reset" => Play.Reset(connection, request),
            "text" => connection.WriteAsync(Answer("500 Oh", "text/plain", $"The headers were {quoted}, the key {bare}")),
            "html" => connection.WriteAsync(Answer("200 OK", "text/html", $"<html>{quoted}</html>")),
            "bare" => connection.WriteAsync(Chat.Json(Error($"Incorrect API key provided: {bare}."), "400 Bad")),
            "code" => connection.WriteAsync(Chat.Json($$$"""{"error":{"message":"no","code":"{{{bare}}}","param":"{{{bare}}}","type":"{{{bare}}}"}}""", "400 Bad")),
            "long" => connection.WriteAsync(Chat.Json(Error(new string('x', 2015) + " the key was " + bare), "400 Bad")),
            "list" => connection.WriteAsync(Chat.Json($$"""{"detail":[{"loc":["header","{{bare}}"],"msg":"{{bare}} is no key"}]}""", "422 No")),
            "cut-body" => EndAsync(connection, $"HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{Error(quoted)[..^3]}"),
            _ when char.IsAsciiDigit(fault[0]) => connection.WriteAsync(Chat.Json(Error($"{fault}: the headers were {quoted}, the key {bare}"), $"{fault} Said", "Retry-After: 0\r\n")),
            _ => StreamAsync(connection, fault, $"refused {bare}; {quoted}"),
        };
    }

    private static Task StreamAsync(UpstreamConnection connection, string fault, string said)
    {
        string before = Chat.StreamHead + Play.Chunk(Chat.Role + (fault == "first-event" ? "" : Chat.Content("Hello")));
        string last = fault switch
        {
            "named-event" => $"event: error\ndata: {Error(said)}\n\n",
            "cut-event" => $"data: {Error(said)[..^4]}",
            "cut-stream" => "",
            _ => $"data: {Error(said)}\n\n",
        };
        return EndAsync(connection, before + (last.Length > 0 ? Play.Chunk(last) : ""));
    }

    private static async Task EndAsync(UpstreamConnection connection, string bytes)
    {
        await connection.WriteAsync(bytes);
        connection.End();
        await connection.ClosedAsync();
    }

    private static string Error(string message) => $$$"""{"error":{"message":"{{{JsonEncodedText.Encode(message)}}}","type":"t","code":null}}""";

    private static string Answer(string status, string type, string body) => $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
