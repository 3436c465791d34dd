using Gateway.Streaming.Resume;

namespace Gateway.Configuration;

/// <summary>A file that a load read or wanted to read.</summary>
/// <param name="Path">As it was opened.</param>
/// <param name="Digest">Of its content, <see cref="DigestOf"/>; empty: it could not be read.</param>
internal sealed record ConfigurationFile(string Path, string Digest)
{
    /// <summary>Tells contents apart; says nothing about them.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => TextDigest.Of(content).ToString();
}
