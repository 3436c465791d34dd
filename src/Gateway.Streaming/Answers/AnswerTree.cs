using System.Buffers;

namespace Gateway.Streaming.Answers;

/// <summary>
/// An answer that is put together from the chunks of a stream: values and where in the stream their pieces are written. Nothing is copied before
/// the whole is written. Names and pieces are ranges of the one span that every method is given.
/// </summary>
internal sealed class AnswerTree : IDisposable
{
    /// <summary>Values of one answer: 128 choices of 12 members, or 300 tool calls.</summary>
    internal const int MaxNodes = 2_048;

    /// <summary>Pieces of one answer: as many tokens, 12 MiB.</summary>
    internal const int MaxPieces = 1 << 20;

    internal const int Root = 0;

    private AnswerNode[] _nodes = ArrayPool<AnswerNode>.Shared.Rent(64);
    private AnswerPiece[] _pieces = ArrayPool<AnswerPiece>.Shared.Rent(256);
    private int _nodeCount;
    private int _pieceCount;

    internal AnswerTree() => _nodes[Add(default)].Kind = NodeKind.Object;

    /// <summary>A reference is good until the next node is added.</summary>
    internal ref AnswerNode this[int node] => ref _nodes[node];

    internal ref readonly AnswerPiece Piece(int piece) => ref _pieces[piece];

    internal bool IsRaw(ReadOnlySpan<byte> source, int node, out ReadOnlySpan<byte> value)
    {
        bool isRaw = _nodes[node].Kind == NodeKind.Raw;
        value = isRaw ? source.Slice(_pieces[_nodes[node].First].Start, _pieces[_nodes[node].First].Length) : default;
        return isRaw;
    }

    /// <returns>-1 when there is no such member.</returns>
    internal int Find(ReadOnlySpan<byte> source, int parent, ReadOnlySpan<byte> name)
    {
        for (int child = _nodes[parent].First; child >= 0; child = _nodes[child].Next)
        {
            if (_nodes[child].Name(source).SequenceEqual(name))
                return child;
        }

        return -1;
    }

    /// <returns>-1 when there are too many values.</returns>
    internal int FindOrAdd(ReadOnlySpan<byte> source, int parent, in JsonMember member)
    {
        int child = Find(source, parent, member.Name(source));
        return child >= 0 ? child : AddBehind(parent, LastChild(parent, int.MaxValue), new() { NameStart = member.NameStart, NameLength = member.NameLength });
    }

    /// <summary>A member with a name of ours.</summary>
    internal int FindOrAdd(ReadOnlySpan<byte> source, int parent, byte[] name)
    {
        int child = Find(source, parent, name);
        return child >= 0 ? child : AddBehind(parent, LastChild(parent, int.MaxValue), new() { GivenName = name });
    }

    /// <summary>The element of an array; elements stay in the order of their index.</summary>
    internal int FindOrAddElement(int parent, int index)
    {
        int before = LastChild(parent, index);
        return before >= 0 && _nodes[before].Index == index ? before : AddBehind(parent, before, new() { Index = index });
    }

    /// <summary>Makes the node one value as it is written.</summary>
    internal bool TrySet(int node, int start, int length)
    {
        ref AnswerNode value = ref _nodes[node];
        if (value.Kind == NodeKind.Unset)
            return TryAppend(node, NodeKind.Raw, start, length);
        if (value.Kind != NodeKind.Raw)
            return false;
        (_pieces[value.First].Start, _pieces[value.First].Length) = (start, length);
        return true;
    }

    /// <summary>Adds a piece; false for a node of another kind, or too many pieces.</summary>
    internal bool TryAppend(int node, NodeKind kind, int start, int length)
    {
        ref AnswerNode value = ref _nodes[node];
        if (value.Kind == NodeKind.Unset)
            (value.Kind, value.First) = (kind, -1);
        if (value.Kind != kind || _pieceCount == MaxPieces)
            return false;
        if (length == 0)
            return true;
        if (_pieceCount == _pieces.Length)
            Grow(ref _pieces, clear: false);
        if (value.First < 0)
            value.First = _pieceCount;
        else
            _pieces[value.Last].Next = _pieceCount;
        value.Last = _pieceCount;
        _pieces[_pieceCount++] = new() { Start = start, Length = length, Next = -1 };
        return true;
    }

    public void Dispose()
    {
        ArrayPool<AnswerNode>.Shared.Return(_nodes, clearArray: true);
        ArrayPool<AnswerPiece>.Shared.Return(_pieces);
        (_nodes, _pieces) = ([], []);
    }

    /// <summary>The last child whose index is not above; -1 for none. Members have no index.</summary>
    private int LastChild(int parent, int index)
    {
        int last = -1;
        for (int child = _nodes[parent].First; child >= 0 && _nodes[child].Index <= index; child = _nodes[child].Next)
            last = child;
        return last;
    }

    private int AddBehind(int parent, int before, in AnswerNode node)
    {
        int added = Add(node);
        if (added < 0)
            return -1;
        ref int link = ref before < 0 ? ref _nodes[parent].First : ref _nodes[before].Next;
        (_nodes[added].Next, link) = (link, added);
        return added;
    }

    private int Add(in AnswerNode node)
    {
        if (_nodeCount == MaxNodes)
            return -1;
        if (_nodeCount == _nodes.Length)
            Grow(ref _nodes, clear: true);
        _nodes[_nodeCount] = node with { First = -1, Next = -1 };
        return _nodeCount++;
    }

    private static void Grow<T>(ref T[] array, bool clear)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(array.Length * 2);
        array.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(array, clear);
        array = larger;
    }
}
