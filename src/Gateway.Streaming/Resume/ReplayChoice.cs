using System.Buffers;

namespace Gateway.Streaming.Resume;

/// <summary>
/// A choice of the new attempt against what the client has of it. A choice is generated token after token, so everything of the recorded part
/// comes before anything behind it; choices run side by side in any order.
/// </summary>
internal sealed class ReplayChoice
{
    private readonly ReplayText?[] _texts = new ReplayText?[RecordedChoice.TextKinds];
    private readonly List<ReplayCall> _calls = [];
    private readonly TextDigest? _finish;
    private readonly bool _clientHasRole;
    private bool _roleHasCome;
    private bool _finishHasCome;
    private bool _textsAreReached;

    internal ReplayChoice(RecordedChoice recorded)
    {
        Index = recorded.Index;
        _finish = recorded.Finish;
        _clientHasRole = recorded.HasRole;
        for (PartKind kind = PartKind.Content; kind <= PartKind.Text; kind++)
            _texts[(int)kind] = recorded.TextOf(kind) is { } text ? new(text) : null;
        foreach (RecordedCall call in recorded.Calls)
            _calls.Add(new(call));
    }

    internal int Index { get; }

    /// <summary>Whether everything the client has of the choice has come again.</summary>
    internal bool IsReached => TextsAreReached && (_finishHasCome || _finish is null);

    private bool TextsAreReached => _textsAreReached = _textsAreReached
        || (Array.TrueForAll(_texts, text => text is null or { IsReached: true }) && _calls.TrueForAll(call => call.IsReached));

    /// <summary>Compares one element of <c>choices</c> and marks what the client has of it.</summary>
    /// <param name="pool">For buffers.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="json">The chunk.</param>
    internal ChoiceOutcome Take(ArrayPool<byte> pool, Span<ChunkPart> parts, ReadOnlySpan<byte> json)
    {
        bool wasReached = IsReached;
        bool hasSkipped = false;
        bool hasNews = false;
        bool hasUnknown = false;
        foreach (ref ChunkPart part in parts)
        {
            if (!TryTake(pool, ref part, json, wasReached))
                return ChoiceOutcome.Diverge;
            hasSkipped |= part.Skip > 0;
            hasNews |= IsNews(part);
            hasUnknown |= part.Kind == PartKind.Unknown;
        }

        // Looked at behind the last part, since the order of members says nothing.
        if ((hasNews || _finishHasCome) && !TextsAreReached)
            return ChoiceOutcome.Diverge;
        if (hasNews && _finish is not null)
            return ChoiceOutcome.Diverge;
        if (wasReached && !hasSkipped)
            return ChoiceOutcome.Keep;
        if (!hasNews)
            return ChoiceOutcome.Drop;
        // Nobody knows which part of it the client should get.
        return hasUnknown ? ChoiceOutcome.Diverge : ChoiceOutcome.Rewrite;
    }

    private static bool IsNews(in ChunkPart part) => part.Kind switch
    {
        PartKind.Unknown => true,
        PartKind.Role or PartKind.ChoiceMember => false,
        _ => !part.IsSkipped,
    };

    /// <summary>False when the part differs from what the client has.</summary>
    private bool TryTake(ArrayPool<byte> pool, ref ChunkPart part, ReadOnlySpan<byte> json, bool wasReached)
    {
        switch (part.Kind)
        {
            case <= PartKind.Text:
                return _texts[(int)part.Kind] is not { } text || text.TryTake(pool, part.Of(json), out part.Skip);
            case PartKind.Arguments:
                return CallOf(part.Call) is not { } running || running.Arguments.TryTake(pool, part.Of(json), out part.Skip);
            case PartKind.CallName when CallOf(part.Call) is { HasName: true } named:
                part.Skip = part.Length;
                return named.HasSameName(pool, part.Of(json));
            case PartKind.CallMember when CallOf(part.Call) is not null:
                part.Skip = part.Length;
                return true;
            case PartKind.Role:
                // Some servers repeat it in every chunk, as the client has seen in the first attempt; it need not see that it began anew.
                if (_clientHasRole && !(wasReached && _roleHasCome))
                    part.Skip = part.Length;
                _roleHasCome = true;
                return true;
            case PartKind.Finish when _finish is not null:
                part.Skip = part.Length;
                _finishHasCome = true;
                return TextDigest.Of(part.Of(json)) == _finish;
            default:
                return true;
        }
    }

    private ReplayCall? CallOf(int index)
    {
        foreach (ReplayCall call in _calls)
        {
            if (call.Index == index)
                return call;
        }

        return null;
    }
}
