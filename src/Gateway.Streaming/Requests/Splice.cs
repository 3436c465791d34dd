namespace Gateway.Streaming.Requests;

/// <summary>A range of the original body and the text that takes its place.</summary>
/// <param name="Start">Offset in the body.</param>
/// <param name="Length">Bytes of the body that are left out; 0 inserts.</param>
/// <param name="TextStart">Offset in the edits' own text buffer.</param>
/// <param name="TextLength">0 removes.</param>
internal readonly record struct Splice(int Start, int Length, int TextStart, int TextLength)
{
    internal int End => Start + Length;
}
