using Gateway.Streaming.Requests;

namespace Gateway.Streaming.Answers;

/// <summary>White space, and what separates values.</summary>
internal static class JsonSpace
{
    /// <summary>Goes on to the next token, over one separator at most; the JSON is valid, so a token follows.</summary>
    internal static byte Skip(ReadOnlySpan<byte> json, ref int at, byte separator)
    {
        while (IsSpace(json[at]) || json[at] == separator)
            at++;
        return json[at];
    }

    /// <summary>Whether the bytes are one valid JSON object, nested at most 64 deep.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <param name="start">Its opening brace.</param>
    internal static bool TryFindObject(ReadOnlySpan<byte> json, out int start)
    {
        start = 0;
        while (start < json.Length && IsSpace(json[start]))
            start++;
        if (start == json.Length || json[start] != '{')
            return false;
        int end = ValueSkipper.FindEnd(json, start, depth: 0);
        if (end < 0)
            return false;
        while (end < json.Length && IsSpace(json[end]))
            end++;
        return end == json.Length;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
