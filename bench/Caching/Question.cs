using System.Globalization;
using System.Text;

namespace Gateway.Bench.Caching;

/// <summary>A chat completion as the bytes of its request, for connections without an HTTP client.</summary>
internal static class Question
{
    internal static byte[] Write(Uri url, string body) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
}
