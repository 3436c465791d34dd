using System.Collections.Concurrent;
using System.Text;
using Gateway.EndToEnd.Tests.Hostile;

namespace Gateway.EndToEnd.Tests.Upstreams;

/// <summary>A token service: client credentials in, tokens <c>token-1</c>, <c>token-2</c>, … out.</summary>
internal sealed class TokenServer : IDisposable
{
    public const string Secret = "the-client-secret";

    private readonly ScriptedUpstream _upstream;
    private readonly ConcurrentDictionary<string, bool> _valid = new();
    private int _issued;

    public TokenServer()
    {
        Does = IssueAsync;
        _upstream = new((connection, request) => Does(connection, request));
    }

    /// <summary>What it does with each request.</summary>
    public Func<UpstreamConnection, string, Task> Does { get; set; }

    public Uri Url => new(_upstream.Address, "/oauth/token");

    /// <summary>Token requests so far.</summary>
    public int Count => _upstream.Requests.Count;

    public IReadOnlyCollection<string> Requests => _upstream.Requests;

    /// <summary>Whether a request carries a token that was issued and not revoked.</summary>
    public bool Accepts(string request) => _valid.ContainsKey(RequestText.Header(request, "Authorization").Replace("Bearer ", "", StringComparison.Ordinal));

    /// <summary>No token so far is worth anything any more.</summary>
    public void Revoke() => _valid.Clear();

    public Task IssueAsync(UpstreamConnection connection, string request)
    {
        string expected = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"the-client-id:{Secret}"));
        if (RequestText.Header(request, "Authorization") != expected || !request.EndsWith("grant_type=client_credentials&scope=azureopenai-readwrite", StringComparison.Ordinal))
            return connection.WriteAsync(Chat.Json("""{"error":"invalid_client"}""", "401 Unauthorized"));
        string token = $"token-{Interlocked.Increment(ref _issued)}";
        _valid[token] = true;
        return connection.WriteAsync(Chat.Json($$"""{"access_token":"{{token}}","expires_in":"900","token_type":"bearer"}"""));
    }

    public void Dispose() => _upstream.Dispose();
}
