using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Requests;

/// <summary>
/// Requests whose body could end in two places (RFC 9112 §6.1): the server below settles for one reading, a proxy in front of it may have settled for the other.
/// </summary>
internal static class RequestFraming
{
    // Where Kestrel puts a Content-Length that came together with a Transfer-Encoding.
    private const string OverruledLength = "X-Content-Length";

    /// <summary>Content-Length together with Transfer-Encoding, or any coding but <c>chunked</c> alone.</summary>
    internal static bool IsAmbiguous(IHeaderDictionary headers)
    {
        StringValues codings = headers.TransferEncoding;
        if (codings.Count == 0)
            return false;
        return codings.Count > 1
            || !string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase)
            || headers.ContentLength is not null
            || headers.ContainsKey(OverruledLength);
    }
}
