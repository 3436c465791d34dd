namespace Gateway.Streaming.Resume;

/// <summary>The choices of a record and their tool calls, as many as were asked for and are worth recording.</summary>
internal sealed class RecordedChoices(int expected)
{
    /// <summary>Choices and tool calls together.</summary>
    internal const int MaxChannels = 256;

    private readonly List<RecordedChoice> _choices = [];
    private int _calls;

    internal IReadOnlyList<RecordedChoice> All => _choices;

    private bool HasRoom => _choices.Count + _calls < MaxChannels;

    /// <summary>Null when nobody asked for the choice, or there is no room.</summary>
    internal RecordedChoice? ChoiceFor(int index)
    {
        foreach (RecordedChoice known in _choices)
        {
            if (known.Index == index)
                return known;
        }

        if (index < 0 || index >= expected || !HasRoom)
            return null;
        RecordedChoice choice = new(index);
        _choices.Add(choice);
        return choice;
    }

    /// <summary>Null when there is no room.</summary>
    internal RecordedCall? CallFor(RecordedChoice choice, int index)
    {
        if (choice.CallOf(index) is { } known)
            return known;
        if (!HasRoom)
            return null;
        RecordedCall call = new(index);
        choice.Calls.Add(call);
        _calls++;
        return call;
    }
}
