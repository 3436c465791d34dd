using Gateway.EndToEnd.Tests.Hostile;
using Gateway.EndToEnd.Tests.Upstreams;

namespace Gateway.EndToEnd.Tests.Secrets;

/// <summary>A token service that hands out one canary, and before it refuses twice, quoting what it was sent.</summary>
internal sealed class QuotingTokenService : IDisposable
{
    private readonly ScriptedUpstream _upstream;

    public QuotingTokenService(Canary token)
    {
        int asked = 0;
        _upstream = new((connection, request) =>
        {
            string quoted = $"{RequestText.Header(request, "Authorization")} {RequestText.Body(request)}";
            return connection.WriteAsync(Interlocked.Increment(ref asked) switch
            {
                1 => Chat.Json($$"""{"error":"invalid_client","error_description":"{{quoted}}","access_token":"{{token.Value}}"}""", "401 No"),
                _ => Chat.Json($$"""{"access_token":"{{token.Value}}","expires_in":900,"token_type":"bearer","note":"{{quoted}}"}"""),
            });
        });
    }

    public Uri Url => new(_upstream.Address, "/oauth/token");

    public IReadOnlyCollection<string> Requests => _upstream.Requests;

    public void Dispose() => _upstream.Dispose();
}
