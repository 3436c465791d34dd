using System.Text;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Upstream;

/// <summary>Which upstream headers reach the client (README, "Headers"): <c>openai-*</c> and <c>NVCF-REQID</c>; content type and Retry-After have their own way.</summary>
/// <remarks>The server writes ASCII only and throws on anything else: such a value stays behind, the answer does not.</remarks>
internal static class ReturnedHeaders
{
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(Http1Response head)
    {
        List<KeyValuePair<string, string>>? found = null;
        for (int i = 0; i < head.HeaderCount; i++)
        {
            head.GetHeader(i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (IsReturned(name) && Ascii.IsValid(value))
                (found ??= []).Add(new(Encoding.ASCII.GetString(name), Encoding.ASCII.GetString(value)));
        }

        return found ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }

    /// <summary>Those of a response that was described already.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Among(IHeaderDictionary headers)
    {
        List<KeyValuePair<string, string>>? found = null;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            if (IsReturned(Encoding.ASCII.GetBytes(header.Key)))
                (found ??= []).Add(new(header.Key, header.Value.ToString()));
        }

        return found ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }

    private static bool IsReturned(ReadOnlySpan<byte> name) =>
        (name.Length > 7 && Ascii.EqualsIgnoreCase(name[..7], "openai-"u8)) || Ascii.EqualsIgnoreCase(name, "nvcf-reqid"u8);
}
