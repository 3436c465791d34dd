using System.Buffers;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Resume;

/// <summary>
/// Another attempt's answer against what the client has: compares and swallows what it has, and puts what is new into <see cref="Output"/>, whole blocks
/// with the answer's first id. Blocks that it took are dropped where they stand; <c>[DONE]</c> stays.
/// </summary>
internal sealed class Replay : IEventTap, IDisposable
{
    private readonly ArrayPool<byte> _pool;
    private readonly ChunkParts _parts = new();
    private readonly ChunkWriter _writer;
    private readonly List<ReplayChoice> _choices = [];
    private readonly bool _clientHasUsage;
    private int _contentEvents;

    internal Replay(AnswerRecord record, ArrayPool<byte> pool)
    {
        _pool = pool;
        _clientHasUsage = record.HasUsage;
        _writer = new(record.Endpoint, record.Id);
        Output = new(pool);
        foreach (RecordedChoice choice in record.Choices)
            _choices.Add(new(choice));
    }

    /// <summary>Blocks for the client.</summary>
    internal PooledBytes Output { get; }

    /// <summary>Whether everything the client has came again and was the same, in every choice.</summary>
    internal bool HasCaughtUp { get; private set; }

    public void Dispose() => Output.Dispose();

    /// <summary>Blocks with content that were put into <see cref="Output"/>. They count when all choices have caught up: until then they are better held.</summary>
    internal int TakeContentEvents()
    {
        if (!HasCaughtUp)
            return 0;
        int taken = _contentEvents;
        _contentEvents = 0;
        return taken;
    }

    public EventVerdict Inspect(in SseFrame frame, EventVerdict verdict) => verdict switch
    {
        EventVerdict.Done => HasCaughtUp ? verdict : EventVerdict.Diverged,
        EventVerdict.Pass or EventVerdict.Content => Take(frame, verdict),
        _ => verdict,
    };

    private EventVerdict Take(in SseFrame frame, EventVerdict verdict)
    {
        if (ChunkParts.IsChunk(frame))
            return frame.DataLines == 1 ? TakeLine(frame, verdict) : TakeLines(frame, verdict);
        if (HasCaughtUp)
            Output.Append(frame.Raw);
        // A named event says something of the answer, but not where it stands in it.
        return HasCaughtUp || frame.DataLines == 0 ? EventVerdict.Drop : EventVerdict.Diverged;
    }

    private EventVerdict TakeLine(in SseFrame frame, EventVerdict verdict)
    {
        frame.Raw.Overlaps(frame.Data, out int start);
        return TakeChunk(frame.Data, frame.Raw[..start], frame.Raw[(start + frame.Data.Length)..], verdict);
    }

    /// <summary>Between tokens, where the line ends must be, a space is as good: the client gets one line.</summary>
    private EventVerdict TakeLines(in SseFrame frame, EventVerdict verdict)
    {
        byte[] joined = _pool.Rent(frame.Raw.Length);
        Span<byte> data = joined.AsSpan(0, frame.JoinData(joined));
        data.Replace((byte)'\n', (byte)' ');
        verdict = TakeChunk(data, "data: "u8, "\n\n"u8, verdict);
        _pool.Return(joined);
        return verdict;
    }

    private EventVerdict TakeChunk(ReadOnlySpan<byte> json, ReadOnlySpan<byte> before, ReadOnlySpan<byte> behind, EventVerdict verdict)
    {
        if (!_parts.TryRead(json))
            return EventVerdict.Diverged;
        ChoiceOutcome outcome = _parts.Choices == 0 ? OfNoChoice() : OfChoices(json);
        if (outcome == ChoiceOutcome.Diverge)
            return EventVerdict.Diverged;
        if (outcome == ChoiceOutcome.Drop)
            return EventVerdict.Drop;
        Output.Append(before);
        if (outcome == ChoiceOutcome.Keep)
            _writer.WriteWhole(Output, json, _parts.All);
        else
            _writer.WriteRest(Output, json, _parts.All);
        Output.Append(behind);
        _contentEvents += verdict == EventVerdict.Content ? 1 : 0;
        return EventVerdict.Drop;
    }

    private ChoiceOutcome OfNoChoice() => !HasCaughtUp || (_parts.HasUsage && _clientHasUsage) ? ChoiceOutcome.Drop : ChoiceOutcome.Keep;

    /// <summary>What becomes of the chunk; each choice's own outcome is left in its part.</summary>
    private ChoiceOutcome OfChoices(ReadOnlySpan<byte> json)
    {
        Span<ChunkPart> parts = _parts.All;
        bool isWhole = true;
        bool isEmpty = true;
        for (int next, start = 0; start < parts.Length; start = next)
        {
            next = ChunkWriter.NextChoice(parts, start + 1);
            if (parts[start].Kind != PartKind.Choice)
                continue;
            ChoiceOutcome outcome = Find(parts[start].Choice)?.Take(_pool, ChunkWriter.PartsOf(parts, start), json) ?? ChoiceOutcome.Keep;
            if (outcome == ChoiceOutcome.Diverge)
                return outcome;
            parts[start].Outcome = outcome;
            isWhole &= outcome == ChoiceOutcome.Keep;
            isEmpty &= outcome == ChoiceOutcome.Drop;
        }

        HasCaughtUp = HasCaughtUp || _choices.TrueForAll(choice => choice.IsReached);
        return isWhole ? ChoiceOutcome.Keep : isEmpty ? ChoiceOutcome.Drop : ChoiceOutcome.Rewrite;
    }

    private ReplayChoice? Find(int index)
    {
        foreach (ReplayChoice choice in _choices)
        {
            if (choice.Index == index)
                return choice;
        }

        return null;
    }
}
