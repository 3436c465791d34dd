using System.Buffers;

namespace Gateway.Streaming.Resume;

/// <summary>A tool call of the new attempt against what the client has of it.</summary>
internal sealed class ReplayCall(RecordedCall recorded)
{
    private readonly TextDigest? _name = recorded.Name;
    private bool _nameHasCome;

    internal int Index { get; } = recorded.Index;

    internal ReplayText Arguments { get; } = new(recorded.Arguments);

    internal bool HasName => _name is not null;

    internal bool IsReached => Arguments.IsReached && (_nameHasCome || !HasName);

    /// <summary>Whether the function's name is the one the client has.</summary>
    internal bool HasSameName(ArrayPool<byte> pool, ReadOnlySpan<byte> written)
    {
        using DecodedText text = new(pool, written);
        _nameHasCome = true;
        return TextDigest.Of(text.Utf8Text) == _name;
    }
}
