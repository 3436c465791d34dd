namespace Gateway.Load.Answers;

/// <summary>How received answers differ from what was sent, in chunks.</summary>
internal readonly record struct ContentDifference(long Lost, long Doubled, long Reordered, long Altered)
{
    public long Total => Lost + Doubled + Reordered + Altered;

    public ContentDifference Plus(ContentDifference other) =>
        new(Lost + other.Lost, Doubled + other.Doubled, Reordered + other.Reordered, Altered + other.Altered);
}
