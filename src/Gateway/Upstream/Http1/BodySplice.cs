namespace Gateway.Upstream.Http1;

/// <summary>One range of a body that goes out as another text.</summary>
/// <param name="Start">In the body, in bytes.</param>
/// <param name="Length">Bytes that are left out.</param>
/// <param name="Text">What goes in their place.</param>
internal sealed record BodySplice(int Start, int Length, ReadOnlyMemory<byte> Text)
{
    /// <summary>By how many bytes the body is longer.</summary>
    internal int Growth => Text.Length - Length;
}
