using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Admission;

/// <summary>
/// Which web pages may use the public listener (<c>server.cors</c>, the Fetch standard's CORS protocol). Without credentials mode: keys travel in headers that
/// a page sets itself. Every answer gets the headers, errors and streams included, or pages could not read why they were refused.
/// </summary>
internal sealed class CorsPolicy(IReadOnlyList<string> origins, RequestDelegate next)
{
    private const string Methods = "GET, HEAD, POST";

    /// <summary>As long as Chromium believes it; Firefox would a day.</summary>
    private const string MaxAge = "7200";

    /// <summary>What pages may read beyond the standard's own list (content-type, cache-control and the like).</summary>
    private const string Exposed =
        "x-request-id, retry-after, age, x-gateway-provider, x-gateway-replica, x-gateway-model, x-gateway-attempts, x-gateway-hedged, x-gateway-cache, x-gateway-overhead-ms, "
        + "x-ratelimit-limit-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, x-ratelimit-reset-requests, x-ratelimit-reset-tokens, "
        + "x-chosen-classifier, openai-processing-ms, openai-version";

    /// <summary>SDKs ask for about ten names; more than this is no SDK.</summary>
    private const int LongestRequested = 2048;

    private readonly bool _isOpen = origins is ["*"];

    /// <summary>The public listener with its policy around it; itself where no origin is allowed.</summary>
    internal static RequestDelegate Around(IReadOnlyList<string> origins, RequestDelegate next) =>
        origins.Count == 0 ? next : new CorsPolicy(origins, next).InvokeAsync;

    private Task InvokeAsync(HttpContext http)
    {
        IHeaderDictionary answer = http.Response.Headers;
        // A shared cache must not give one origin's answer to another; with every origin there is only one.
        if (!_isOpen)
            answer.Vary = "Origin";
        StringValues origin = http.Request.Headers.Origin;
        if (!IsAllowed(origin))
            return next(http);

        answer.AccessControlAllowOrigin = _isOpen ? "*" : origin;
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.AccessControlRequestMethod.Count > 0)
            return AnswerPreflight(http);
        answer.AccessControlExposeHeaders = Exposed;
        return next(http);
    }

    private bool IsAllowed(in StringValues origin)
    {
        if (origin.Count != 1)
            return false;
        if (_isOpen)
            return true;
        // By hand: a set for one or two strings is dearer than the strings.
        foreach (string allowed in origins)
        {
            if (string.Equals(allowed, origin[0], StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static Task AnswerPreflight(HttpContext http)
    {
        HttpResponse response = http.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = Methods;
        response.Headers.AccessControlMaxAge = MaxAge;
        string asked = http.Request.Headers.AccessControlRequestHeaders.ToString();
        if (AreNames(asked))
            response.Headers.AccessControlAllowHeaders = asked;
        return Task.CompletedTask;
    }

    /// <summary>Header names and nothing else: what a page chose is written into our answer.</summary>
    private static bool AreNames(string text) =>
        text.Length is > 0 and <= LongestRequested && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create(" !#$%&'*+,-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");
}
