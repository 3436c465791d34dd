namespace Gateway.Streaming.Rules;

/// <summary>What one stream's chunks are, for all who read that stream: who parses one spares the others the same. Any thread may call.</summary>
public sealed class SharedTemplate
{
    // Then each learns for itself: readers that are far apart must not take turns here.
    private const int MaxForms = 64;

    private const int MaxPlain = 2 << 10;

    private volatile Form? _latest;
    private volatile byte[]? _plain;
    private int _forms;
    private int _plains;

    internal Form? Latest => _latest;

    /// <summary>A chunk without its content string.</summary>
    internal void Offer(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix)
    {
        if (Interlocked.Increment(ref _forms) <= MaxForms)
            _latest = new([.. prefix, .. suffix], prefix.Length);
    }

    /// <summary>A chunk that passes and says nothing of content, usage, end or error, whoever reads it: as a rule the one that opens the answer with its role.</summary>
    internal void OfferPlain(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length <= MaxPlain && Interlocked.Increment(ref _plains) <= MaxForms)
            _plain = chunk.ToArray();
    }

    /// <summary>Whether it equals the latest of those, byte for byte.</summary>
    internal bool IsPlain(ReadOnlySpan<byte> chunk) => _plain is { } known && chunk.SequenceEqual(known);

    internal sealed record Form(byte[] Bytes, int Prefix);
}
