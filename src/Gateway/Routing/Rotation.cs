using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>Rotates candidates in place.</summary>
internal static class Rotation
{
    /// <summary>The element at <paramref name="first"/> becomes the first one; the cyclic order stays.</summary>
    internal static void RotateLeft(Span<Candidate> items, int first)
    {
        items[..first].Reverse();
        items[first..].Reverse();
        items.Reverse();
    }
}
