namespace Gateway.Streaming.Resume;

/// <summary>What the client has of one tool call.</summary>
internal sealed class RecordedCall(int index)
{
    internal int Index { get; } = index;

    /// <summary>The function's name; null while the client has none.</summary>
    internal TextDigest? Name { get; set; }

    internal TextHash Arguments { get; } = new();
}
