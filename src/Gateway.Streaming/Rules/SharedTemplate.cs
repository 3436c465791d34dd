namespace Gateway.Streaming.Rules;

/// <summary>The form of one stream's chunks for all who read that stream: who parses one spares the others the same. Any thread may call.</summary>
public sealed class SharedTemplate
{
    // Then each learns for itself: readers that are far apart must not take turns here.
    private const int MaxForms = 64;

    private volatile Form? _latest;
    private int _forms;

    internal Form? Latest => _latest;

    /// <summary>A chunk without its content string.</summary>
    internal void Offer(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix)
    {
        if (Interlocked.Increment(ref _forms) <= MaxForms)
            _latest = new([.. prefix, .. suffix], prefix.Length);
    }

    internal sealed record Form(byte[] Bytes, int Prefix);
}
