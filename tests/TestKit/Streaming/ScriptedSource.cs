using Gateway.Streaming.Sources;

namespace TestKit.Streaming;

/// <summary>A body that arrives in pieces: at every cut, one read finds nothing.</summary>
/// <param name="body">All bytes.</param>
/// <param name="cuts">Ascending offsets in the body.</param>
/// <param name="end">What the read behind the last byte says.</param>
public sealed class ScriptedSource(ReadOnlyMemory<byte> body, IReadOnlyList<int> cuts, ReadStatus end = ReadStatus.End) : IByteSource
{
    private int _position;
    private int _cut;

    /// <summary>Whether it says beforehand that a read would find nothing.</summary>
    public bool KnowsWhenDrained { get; init; }

    public int Reads { get; private set; }

    public bool IsDrained => KnowsWhenDrained && IsAtCut;

    private bool IsAtCut => _cut < cuts.Count && cuts[_cut] == _position;

    public ValueTask WaitAsync()
    {
        _cut += IsDrained ? 1 : 0;
        return ValueTask.CompletedTask;
    }

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (destination.IsEmpty)
            throw new ArgumentException("A read needs room.", nameof(destination));
        Reads++;
        if (IsAtCut)
        {
            _cut++;
            return ReadStatus.Blocked;
        }

        if (_position == body.Length)
            return end;
        int limit = _cut < cuts.Count ? cuts[_cut] : body.Length;
        bytes = Math.Min(destination.Length, limit - _position);
        body.Span.Slice(_position, bytes).CopyTo(destination);
        _position += bytes;
        return ReadStatus.Data;
    }
}
