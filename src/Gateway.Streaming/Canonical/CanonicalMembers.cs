using System.Buffers;
using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Canonical;

/// <summary>The members of the objects that are open, innermost last. One rented array for a whole body.</summary>
internal sealed class CanonicalMembers : IDisposable
{
    /// <summary>The platform's sort allocates each time; messages and content parts have a handful of members (CanonicalBodyBenchmarks).</summary>
    internal const int Few = 16;

    private CanonicalMember[] _members = ArrayPool<CanonicalMember>.Shared.Rent(64);

    internal int Count { get; private set; }

    /// <summary>Decoded names of the objects that are being sorted.</summary>
    internal PooledBytes Names { get; } = new(RentedBuffers.Pool);

    internal CanonicalMember this[int index] => _members[index];

    internal void Push(in CanonicalMember member)
    {
        if (Count == _members.Length)
        {
            CanonicalMember[] larger = ArrayPool<CanonicalMember>.Shared.Rent(Count * 2);
            _members.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<CanonicalMember>.Shared.Return(_members);
            _members = larger;
        }

        _members[Count++] = member;
    }

    /// <summary>Forgets the members from <paramref name="first"/> on.</summary>
    internal void Pop(int first) => Count = first;

    /// <summary>Sorts the members from <paramref name="first"/> on by their names in <paramref name="names"/>. False: two have the same name.</summary>
    internal bool TrySort(int first, PooledBytes names)
    {
        Span<CanonicalMember> members = _members.AsSpan(first, Count - first);
        ByName byName = new(names);
        if (members.Length <= Few)
            Insert(members, byName);
        else
            members.Sort(byName);
        for (int i = 1; i < members.Length; i++)
        {
            if (byName.Compare(members[i - 1], members[i]) == 0)
                return false;
        }

        return true;
    }

    private static void Insert(Span<CanonicalMember> members, in ByName byName)
    {
        for (int i = 1; i < members.Length; i++)
        {
            CanonicalMember member = members[i];
            int place = i;
            for (; place > 0 && byName.Compare(members[place - 1], member) > 0; place--)
                members[place] = members[place - 1];
            members[place] = member;
        }
    }

    public void Dispose()
    {
        ArrayPool<CanonicalMember>.Shared.Return(_members);
        _members = [];
        Names.Dispose();
    }

    private readonly struct ByName(PooledBytes names) : IComparer<CanonicalMember>
    {
        public int Compare(CanonicalMember x, CanonicalMember y) =>
            names.Span.Slice(x.NameStart, x.NameLength).SequenceCompareTo(names.Span.Slice(y.NameStart, y.NameLength));
    }
}
