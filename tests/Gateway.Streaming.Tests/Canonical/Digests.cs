using System.Text;
using Gateway.Streaming.Canonical;
using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Tests.Canonical;

internal static class Digests
{
    /// <summary>The digest in hex; null when the body has no canonical form.</summary>
    internal static string? Of(string body, Endpoint endpoint = Endpoint.ChatCompletions, string preamble = "")
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(body);
        RequestFields fields = new();
        ScanError? error = RequestScanner.Scan(utf8, endpoint, fields);
        Assert.True(error is null, $"{error?.Kind}: {body}");
        Span<byte> digest = stackalloc byte[CanonicalBody.DigestSize];
        return CanonicalBody.TryDigest(utf8, fields, Encoding.UTF8.GetBytes(preamble), digest) ? Convert.ToHexString(digest) : null;
    }

    /// <summary>A chat request with one more member.</summary>
    internal static string? With(string member) => Of($$"""{"model":"m",{{member}}}""");
}
