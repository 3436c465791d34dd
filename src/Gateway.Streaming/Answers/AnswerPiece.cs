namespace Gateway.Streaming.Answers;

/// <summary>A range of the stream that belongs to a node.</summary>
internal struct AnswerPiece
{
    public int Start;

    public int Length;

    /// <summary>Next piece of the same node; -1 for none.</summary>
    public int Next;
}
