using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>
/// Says that a connection ends behind an answer. HTTP/2 has no such header (RFC 9113 §8.2.2), and the server logs a warning for each that it has to take out:
/// a connection of it ends by GOAWAY, and a request whose body nobody reads by a reset of its stream, which the server sends.
/// </summary>
internal static class ConnectionEnd
{
    /// <summary>Nobody reads the rest of the request: what comes behind it cannot be told from it.</summary>
    internal static void AfterUnreadBody(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
            http.Response.Headers.Connection = "close";
    }

    /// <summary>The connection is to take no further request.</summary>
    internal static void AfterThisRequest(HttpContext http)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        else
            http.Response.Headers.Connection = "close";
    }
}
