namespace Gateway.Streaming.Resume;

/// <summary>What the client has of one choice.</summary>
internal sealed class RecordedChoice(int index)
{
    internal const int TextKinds = (int)PartKind.Text + 1;

    private readonly TextHash?[] _texts = new TextHash?[TextKinds];

    internal int Index { get; } = index;

    internal bool HasRole { get; set; }

    /// <summary>The finish reason; null while the client has none.</summary>
    internal TextDigest? Finish { get; set; }

    internal List<RecordedCall> Calls { get; } = [];

    /// <summary>Null when the client has nothing of it.</summary>
    internal TextHash? TextOf(PartKind kind) => _texts[(int)kind];

    internal TextHash TextFor(PartKind kind) => _texts[(int)kind] ??= new();

    internal RecordedCall? CallOf(int index)
    {
        foreach (RecordedCall call in Calls)
        {
            if (call.Index == index)
                return call;
        }

        return null;
    }
}
