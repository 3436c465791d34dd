using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;

namespace Gateway.Streaming.Answers;

/// <summary>Puts a chat or completion answer together from its chunks.</summary>
internal ref struct ChatAssembly(Endpoint endpoint, ReadOnlySpan<byte> recording, AnswerTree tree)
{
    private readonly ReadOnlySpan<byte> _recording = recording;
    private AnswerMerger _merger = new(recording, tree);
    private ChunkTemplate _template;
    private int _templateNode = -1;

    /// <summary>Gives back what was rented.</summary>
    internal void Release() => _template.Release(RentedBuffers.Pool);

    internal bool TryAssemble(PooledBytes output)
    {
        AnswerEvents events = new(_recording);
        bool isDone = false;
        while (events.TryNext(out AnswerEvent chunk))
        {
            // Side events of Dynamo (tool_call_dispatch, reasoning_dispatch, …) are no part of the answer.
            if (!chunk.Name.IsEmpty && !chunk.Name.SequenceEqual("message"u8))
                continue;
            if (isDone)
                return false;
            isDone = StreamRules.IsDone(chunk.Data);
            if (!isDone && !TryMerge(chunk))
                return false;
        }

        return isDone && !events.IsBroken && TryFinish() && new AnswerTreeWriter(tree, _recording, output).TryWrite(AnswerTree.Root);
    }

    private bool TryMerge(in AnswerEvent chunk)
    {
        if (_templateNode >= 0 && _template.Matches(chunk.Data))
        {
            ReadOnlySpan<byte> text = _template.TextOf(chunk.Data);
            chunk.Data.Overlaps(text, out int offset);
            return tree.TryAppend(_templateNode, NodeKind.Text, chunk.Start + offset, text.Length);
        }

        if (!JsonSpace.TryFindObject(chunk.Data, out int start))
            return false;
        if (IsKeepalive(chunk))
            return true;
        (_merger.Joined, _templateNode) = (0, -1);
        if (!_merger.TryMerge(AnswerTree.Root, chunk.Start + start, MergeShape.Chunk))
            return false;
        // Another chunk like this one but for its text has no other effect than this one's text.
        if (_merger.Joined == 1 && tree[_merger.TextNode].Kind == NodeKind.Text && IsLearnt(chunk))
            _templateNode = _merger.TextNode;
        return true;
    }

    private bool IsLearnt(in AnswerEvent chunk)
    {
        int textStart = _merger.LastText.Start + 1 - chunk.Start;
        bool isOfThisChunk = textStart > 0 && !_merger.LastText.IsAbsent;
        return isOfThisChunk && _template.Learn(RentedBuffers.Pool, chunk.Data, textStart, _merger.LastText.Length - 2);
    }

    /// <summary>A keepalive has an id of its own, which is not the answer's, and an empty delta.</summary>
    private readonly bool IsKeepalive(in AnswerEvent chunk)
    {
        if (chunk.Data.IndexOf("-keepalive-"u8) < 0 || !ChatChunkParser.TryParse(chunk.Data, out ChatChunk parsed))
            return false;
        if (parsed.HasContent || parsed.HasError || parsed.Finished > 0 || parsed.Usage is not null)
            return false;
        JsonSpace.TryFindObject(chunk.Data, out int start);
        JsonMembers members = new(chunk.Data, start);
        while (members.TryNext(out JsonMember member))
        {
            if (member.Name(chunk.Data).SequenceEqual("id"u8))
                return member.Value(chunk.Data).StartsWith("\"chatcmpl-keepalive-"u8) || member.Value(chunk.Data).StartsWith("\"cmpl-keepalive-"u8);
        }

        return false;
    }

    /// <summary>Every choice from 0 on must be there and have a finish reason; what clients expect in each is added.</summary>
    private readonly bool TryFinish()
    {
        int choices = tree.Find(_recording, AnswerTree.Root, "choices"u8);
        if (choices < 0 || tree[choices].Kind != NodeKind.Choices || tree[choices].First < 0)
            return false;
        bool isCompletion = endpoint == Endpoint.Completions;
        int expected = 0;
        for (int choice = tree[choices].First; choice >= 0; choice = tree[choice].Next, expected++)
        {
            bool isFilled = isCompletion ? TryFill(choice, AnswerNames.Text, AnswerNames.NoText) : TryFillMessage(choice);
            if (!isFilled || tree[choice].Index != expected || !IsFinished(choice))
                return false;
        }

        return TryFill(AnswerTree.Root, AnswerNames.Object, isCompletion ? AnswerNames.TextCompletion : AnswerNames.ChatCompletion);
    }

    private readonly bool IsFinished(int choice)
    {
        int reason = tree.Find(_recording, choice, "finish_reason"u8);
        return reason >= 0 && tree.IsRaw(_recording, reason, out ReadOnlySpan<byte> value) && value[0] == '"' && value.Length > 2;
    }

    private readonly bool TryFillMessage(int choice)
    {
        int message = tree.FindOrAdd(_recording, choice, AnswerNames.Message);
        if (message < 0)
            return false;
        tree[message].Kind = NodeKind.Object;
        return TryFill(message, AnswerNames.Role, AnswerNames.Assistant) && TryFill(message, AnswerNames.Content, AnswerNames.Null);
    }

    /// <summary>Gives a member its value when no chunk did.</summary>
    private readonly bool TryFill(int parent, byte[] name, byte[] value)
    {
        int member = tree.FindOrAdd(_recording, parent, name);
        if (member < 0)
            return false;
        if (tree[member].Kind == NodeKind.Unset)
            (tree[member].Kind, tree[member].GivenValue) = (NodeKind.Given, value);
        return true;
    }
}
