using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Moves candidates in place.</summary>
internal static class Arrange
{
    /// <summary>The element at <paramref name="first"/> becomes the first one; the cyclic order stays.</summary>
    internal static void RotateLeft<T>(Span<T> items, int first)
    {
        items[..first].Reverse();
        items[first..].Reverse();
        items.Reverse();
    }

    /// <summary>The element at <paramref name="index"/> becomes the first one; the others keep their order.</summary>
    internal static void MoveToFront<T>(Span<T> items, int index)
    {
        T item = items[index];
        items[..index].CopyTo(items[1..]);
        items[0] = item;
    }

    /// <summary>Sorts candidates by <paramref name="costs"/>, lowest first; stable, and both spans move together.</summary>
    internal static void SortBy(Span<double> costs, Span<Candidate> items)
    {
        for (int i = 1; i < items.Length; i++)
        {
            Candidate item = items[i];
            double cost = costs[i];
            int j = i - 1;
            for (; j >= 0 && costs[j] > cost; j--)
                (items[j + 1], costs[j + 1]) = (items[j], costs[j]);
            (items[j + 1], costs[j + 1]) = (item, cost);
        }
    }
}
