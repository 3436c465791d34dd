using System.Buffers;
using System.Text;

namespace Gateway.Failures;

/// <summary>
/// Finds message, code and param in an upstream's error body, whatever its shape: <c>{"error":{…}}</c>, the same flat (Dynamo) or in an array,
/// <c>{"error":"text"}</c>, RFC 7807, validation lists (<c>{"detail":[{"loc","msg"}]}</c>), plain text; also behind <c>data: </c>. Never throws.
/// </summary>
internal static class UpstreamErrorReader
{
    /// <summary>Characters kept of a message: upstreams quote whole prompts in theirs.</summary>
    internal const int MaxMessage = 2048;

    /// <summary>Characters; a longer code is none.</summary>
    internal const int MaxCode = 64;

    /// <summary>Characters; a longer param is none.</summary>
    internal const int MaxParam = 128;

    /// <summary>Bytes looked at; callers need not read more of an error body.</summary>
    internal const int MaxBody = 64 * 1024;

    private static readonly SearchValues<char> CodeCharacters =
        SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <param name="body">May be cut off anywhere; what was said before the cut counts.</param>
    /// <param name="known">Credentials the upstream may quote, the longest first; none of them is in what is returned.</param>
    internal static UpstreamError Read(ReadOnlySpan<byte> body, params ReadOnlySpan<string> known)
    {
        var text = WithoutFraming(body[..Math.Min(body.Length, MaxBody)]);
        if (text.IsEmpty)
            return default;
        if (text[0] is not ((byte)'{' or (byte)'[' or (byte)'"'))
            return new(Clean(PlainText(text), known), null, null);
        var said = new UpstreamErrorJson(text).Read();
        return new(Clean(said.Message, known), CodeOf(said.Code, known), ParamOf(said.Param, known));
    }

    /// <summary>Takes off a byte order mark, blanks, and the SSE fields that some upstreams leave before the JSON.</summary>
    private static ReadOnlySpan<byte> WithoutFraming(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        body = body.Trim(" \t\r\n"u8);
        if (body.StartsWith("event:"u8) && body.IndexOf("\ndata:"u8) is var data and >= 0)
            body = body[(data + 1)..];
        return body.StartsWith("data:"u8) ? body["data:"u8.Length..].Trim(" \t\r\n"u8) : body;
    }

    /// <summary>Null for HTML (a load balancer's page) and for what is no text.</summary>
    private static string? PlainText(ReadOnlySpan<byte> text) =>
        text[0] == '<' || text.Contains((byte)0) ? null : Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxMessage)]).TrimEnd('\uFFFD');

    /// <summary>Cut before the search for credentials, so that half a key at the cut is found too; cut again because a mask may be longer than a key.</summary>
    private static string? Clean(string? message, ReadOnlySpan<string> known)
    {
        if (string.IsNullOrWhiteSpace(message))
            return null;
        return Cut(CredentialRedaction.Redact(Cut(message), known).Trim());
    }

    private static string Cut(string text)
    {
        if (text.Length <= MaxMessage)
            return text;
        return char.IsHighSurrogate(text[MaxMessage - 1]) ? text[..(MaxMessage - 1)] : text[..MaxMessage];
    }

    private static string? CodeOf(string? code, ReadOnlySpan<string> known) =>
        code is { Length: > 0 and <= MaxCode } && !code.AsSpan().ContainsAnyExcept(CodeCharacters) ? CredentialRedaction.Redact(code, known) : null;

    private static string? ParamOf(string? param, ReadOnlySpan<string> known) =>
        param is { Length: > 0 and <= MaxParam } ? CredentialRedaction.Redact(param, known) : null;
}
