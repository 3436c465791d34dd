namespace Gateway.Streaming.Resume;

/// <summary>A SHA-256.</summary>
internal readonly record struct TextDigest(UInt128 High, UInt128 Low)
{
    internal static TextDigest Of(ReadOnlySpan<byte> text)
    {
        TextHash hash = new();
        hash.Append(text);
        return hash.Digest();
    }
}
