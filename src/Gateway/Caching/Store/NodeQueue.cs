namespace Gateway.Caching.Store;

/// <summary>Entries in the order in which they came; any can be taken out. Not thread-safe.</summary>
internal sealed class NodeQueue
{
    private StoreNode? _newest;

    internal StoreNode? Oldest { get; private set; }

    internal int Count { get; private set; }

    internal long Bytes { get; private set; }

    internal void Add(StoreNode node)
    {
        node.Queue = this;
        node.Size = node.Answer.Size;
        node.Previous = _newest;
        node.Next = null;
        if (_newest is null)
            Oldest = node;
        else
            _newest.Next = node;
        _newest = node;
        Count++;
        Bytes += node.Size;
    }

    internal void Remove(StoreNode node)
    {
        if (node.Previous is null)
            Oldest = node.Next;
        else
            node.Previous.Next = node.Next;
        if (node.Next is null)
            _newest = node.Previous;
        else
            node.Next.Previous = node.Previous;
        node.Queue = null;
        node.Previous = node.Next = null;
        Count--;
        Bytes -= node.Size;
    }

    /// <summary>The entry stays where it is with another answer.</summary>
    internal void Replace(StoreNode node, CachedAnswer answer)
    {
        Bytes += answer.Size - node.Size;
        node.Size = answer.Size;
        node.Answer = answer;
    }
}
