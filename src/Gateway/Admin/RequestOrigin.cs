using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>Which page a request comes from. A browser names it with every POST; command-line tools do not.</summary>
internal static class RequestOrigin
{
    /// <summary>Whether a page of another origin sent the request: its <c>Origin</c> is none of the host's own.</summary>
    internal static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin.Count == 0)
            return false;
        // "null" and anything else that is no address is foreign, and so are two origins.
        if (request.Headers.Origin.Count > 1 || !Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin))
            return true;
        HostString host = request.Host;
        int defaultPort = origin.Scheme == Uri.UriSchemeHttps ? 443 : 80;
        return !host.HasValue || origin.Port != (host.Port ?? defaultPort) || !string.Equals(origin.Host, host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
