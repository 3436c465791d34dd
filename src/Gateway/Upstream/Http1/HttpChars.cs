using System.Buffers;

namespace Gateway.Upstream.Http1;

/// <summary>RFC 9110 §5.6.2 and §5.5 character classes, for both directions.</summary>
internal static class HttpChars
{
    /// <summary>tchar: what names and methods are made of.</summary>
    internal static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Never inside a field value: every control character but the tab.</summary>
    internal static readonly SearchValues<byte> NotInValue =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Allowed in a request target: visible ASCII.</summary>
    internal static readonly SearchValues<byte> Target =
        SearchValues.Create("!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    internal static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    internal static bool IsValue(ReadOnlySpan<byte> text) => !text.ContainsAny(NotInValue);
}
