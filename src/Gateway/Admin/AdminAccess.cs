using System.Net;
using System.Text;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Streaming.Resume;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admin;

/// <summary>
/// Who is let in to the admin listener. With a token: whoever has it, wherever the listener is. Without one it is on loopback, and takes whoever asks for it
/// by a loopback name: a page whose own name was turned to 127.0.0.1 (DNS rebinding) does not. Pages of other origins change nothing either way.
/// </summary>
internal sealed class AdminAccess(Func<Secret?> token)
{
    private const string Scheme = "Bearer ";

    /// <summary>Why the request is refused; null when it is let in.</summary>
    internal Failure? Refusal(HttpRequest request)
    {
        // As it is configured now: a reload may have changed it.
        Secret? wanted = token();
        if (wanted is not null && !HasToken(request, wanted))
            return new(FailureCode.InvalidAdminToken, "The admin listener needs server.admin-token as 'Authorization: Bearer TOKEN'.");
        if (wanted is null && !IsLoopbackName(request.Host))
            return new(FailureCode.ForeignHost, "Without an admin-token the admin listener answers to loopback names only: localhost, 127.0.0.1, [::1].");
        return MayChange(request.Method) && RequestOrigin.IsForeign(request)
            ? new(FailureCode.CrossOrigin, "A page of another origin may not change anything here.")
            : null;
    }

    /// <summary>Compared as digests: neither content nor length shows in the time it takes.</summary>
    private static bool HasToken(HttpRequest request, Secret wanted)
    {
        if (request.Headers.Authorization.Count != 1 || request.Headers.Authorization[0] is not { } given || !given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        TextDigest one = TextDigest.Of(Encoding.UTF8.GetBytes(given[Scheme.Length..].Trim()));
        TextDigest other = TextDigest.Of(Encoding.UTF8.GetBytes(wanted.Reveal()));
        return ((one.High ^ other.High) | (one.Low ^ other.Low)) == UInt128.Zero;
    }

    /// <summary>HTTP/1.0 may leave it out; no browser does.</summary>
    private static bool IsLoopbackName(HostString host)
    {
        if (!host.HasValue || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        return IPAddress.TryParse(host.Host.AsSpan().Trim("[]"), out IPAddress? address) && IPAddress.IsLoopback(address);
    }

    private static bool MayChange(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
}
