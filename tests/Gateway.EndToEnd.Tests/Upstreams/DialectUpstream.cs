using System.Collections.Concurrent;
using Gateway.EndToEnd.Tests.Failures;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Upstreams;

/// <summary>An upstream that takes only requests of its own dialect and with its own credential, and then does what the test says.</summary>
internal sealed class DialectUpstream : IDisposable
{
    public const string ApiVersion = "2024-12-01-preview";

    private readonly ScriptedUpstream _upstream;
    private readonly Func<string, string?> _refusal;

    private DialectUpstream(Func<string, string?> refusal)
    {
        _refusal = refusal;
        _upstream = new(AnswerAsync);
    }

    /// <summary>What it does with a request that is right; at first it answers.</summary>
    public Func<UpstreamConnection, string, Task> Does { get; set; } = Play.Answer;

    public Uri Address => new(_upstream.Address.GetLeftPart(UriPartial.Authority));

    public IReadOnlyCollection<string> Requests => _upstream.Requests;

    /// <summary>Requests that were not of its dialect, and why.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>A NIM model that takes neither <c>stream_options</c> nor <c>max_completion_tokens</c>.</summary>
    public static DialectUpstream StrictNim(string key) => new(request =>
        RequestText.Header(request, "Authorization") != "Bearer " + key ? "401 Unauthorized"
        : RequestText.Target(request) != Chat.Path ? "404 Not Found"
        : RequestText.Body(request).Contains("stream_options", StringComparison.Ordinal) ? "400 stream_options"
        : RequestText.Body(request).Contains("max_completion_tokens", StringComparison.Ordinal) ? "400 max_completion_tokens"
        : null);

    /// <summary>Deployment <c>gpt-4o</c>, a token of the server's, and a correlation id that was not there before.</summary>
    public static DialectUpstream Azure(TokenServer tokens)
    {
        ConcurrentDictionary<string, bool> seen = new();
        return new(request =>
            RequestText.Target(request) != $"/openai/deployments/gpt-4o/chat/completions?api-version={ApiVersion}" ? "404 Not Found"
            : RequestText.Header(request, "api-key").Length > 0 || !tokens.Accepts(request) ? "401 Unauthorized"
            : !Guid.TryParse(RequestText.Header(request, "correlationId"), out _) || !seen.TryAdd(RequestText.Header(request, "correlationId"), true) ? "400 correlationId"
            : null);
    }

    /// <summary>A model that knows its token limit as <c>max_completion_tokens</c> only.</summary>
    public static DialectUpstream OpenAi(string key) => new(request =>
        RequestText.Header(request, "Authorization") != "Bearer " + key ? "401 Unauthorized"
        : RequestText.Target(request) != Chat.Path ? "404 Not Found"
        : RequestText.Body(request).Contains("max_tokens", StringComparison.Ordinal) ? "400 max_tokens"
        : null);

    public void Dispose() => _upstream.Dispose();

    private Task AnswerAsync(UpstreamConnection connection, string request)
    {
        if (_refusal(request) is not { } refusal)
            return Does(connection, request);
        Wrong.Enqueue(refusal);
        return connection.WriteAsync(Chat.Json($$"""{"error": { "message":"Unsupported parameter: '{{refusal[4..]}}'", "param":"{{refusal[4..]}}" } }""", refusal));
    }
}
