using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;

namespace Gateway.Streaming.Answers;

/// <summary>Puts Anthropic's message together from its events.</summary>
internal ref struct MessageAssembly(ReadOnlySpan<byte> recording, AnswerTree tree)
{
    private readonly ReadOnlySpan<byte> _recording = recording;
    private AnswerMerger _merger = new(recording, tree);
    private int _content = -1;
    private int _started;
    private int _open = -1;
    private bool _isStopped;

    internal bool TryAssemble(PooledBytes output)
    {
        AnswerEvents events = new(_recording);
        while (events.TryNext(out AnswerEvent next))
        {
            // Dynamo closes this stream, too, with [DONE].
            if (StreamRules.IsDone(next.Data) || (!next.Name.IsEmpty && !IsKnown(next.Name)))
                continue;
            if (!TryTake(next))
                return false;
        }

        return _isStopped && !events.IsBroken && HasStopReason() && new AnswerTreeWriter(tree, _recording, output).TryWrite(AnswerTree.Root);
    }

    private static bool IsKnown(ReadOnlySpan<byte> name) => name.StartsWith("message"u8) || name.StartsWith("content_block_"u8) || name.SequenceEqual("ping"u8);

    private bool TryTake(in AnswerEvent next)
    {
        if (!JsonSpace.TryFindObject(next.Data, out int start))
            return false;
        start += next.Start;
        TypedMembers parts = TypedMembers.Read(_recording, start);
        ReadOnlySpan<byte> type = parts.TypeOr(_recording, next.Name);
        if (type.SequenceEqual("ping"u8))
            return true;
        if (_isStopped || parts.HasEscapedName)
            return false;
        if (type.SequenceEqual("message_start"u8))
            return TryStart(parts.Message);
        if (_content < 0)
            return false;
        if (type.SequenceEqual("content_block_start"u8))
            return TryStartBlock(parts);
        if (type.SequenceEqual("content_block_delta"u8))
            return IsOfOpenBlock(parts) && parts.Delta.Kind(_recording) == '{' && _merger.TryMerge(_open, parts.Delta.Start, MergeShape.BlockDelta);
        if (type.SequenceEqual("content_block_stop"u8))
            return TryStopBlock(parts);
        if (type.SequenceEqual("message_delta"u8))
            return TryTakeDelta(start, parts.Delta);
        _isStopped = type.SequenceEqual("message_stop"u8) && _open < 0;
        return _isStopped;
    }

    private bool TryStart(in JsonMember message)
    {
        if (_content >= 0 || message.Kind(_recording) != '{' || !_merger.TryMerge(AnswerTree.Root, message.Start, MergeShape.Message))
            return false;
        _content = tree.FindOrAdd(_recording, AnswerTree.Root, AnswerNames.Content);
        if (_content >= 0)
            tree[_content].Kind = NodeKind.Array;
        return _content >= 0;
    }

    private bool TryStartBlock(in TypedMembers parts)
    {
        // Blocks come one behind the other.
        if (_open >= 0 || parts.Index.IsAbsent || _merger.ReadIndex(parts.Index, -1) != _started || parts.Block.Kind(_recording) != '{')
            return false;
        _open = tree.FindOrAddElement(_content, _started++);
        return _open >= 0 && _merger.TryMerge(_open, parts.Block.Start, MergeShape.Block);
    }

    private bool TryStopBlock(in TypedMembers parts)
    {
        bool isOpen = IsOfOpenBlock(parts);
        _open = -1;
        return isOpen;
    }

    private readonly bool IsOfOpenBlock(in TypedMembers parts) => _open >= 0 && !parts.Index.IsAbsent && _merger.ReadIndex(parts.Index, -1) == _started - 1;

    private bool TryTakeDelta(int start, in JsonMember delta) =>
        _merger.TryMerge(AnswerTree.Root, start, MergeShape.MessageDelta)
        && (delta.Kind(_recording) != '{' || _merger.TryMerge(AnswerTree.Root, delta.Start, MergeShape.Message));

    private readonly bool HasStopReason()
    {
        int reason = tree.Find(_recording, AnswerTree.Root, "stop_reason"u8);
        return reason >= 0 && tree.IsRaw(_recording, reason, out ReadOnlySpan<byte> value) && value[0] == '"' && value.Length > 2;
    }
}
