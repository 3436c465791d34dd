namespace Gateway.Streaming.Resume;

/// <summary>A SHA-256.</summary>
public readonly record struct TextDigest(UInt128 High, UInt128 Low)
{
    /// <summary>Allocates nothing; the time it takes depends on the text's length alone.</summary>
    public static TextDigest Of(ReadOnlySpan<byte> text) => TextHash.Of(text);

    /// <summary>64 hex digits.</summary>
    public override string ToString() => $"{High:x32}{Low:x32}";
}
