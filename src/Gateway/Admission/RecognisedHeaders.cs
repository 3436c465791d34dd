using System.Runtime.CompilerServices;

namespace Gateway.Admission;

/// <summary>
/// Whose key a header was found to hold, so that it is hashed once per connection rather than once per request: as long as a connection sends the same bytes,
/// its <c>Authorization</c> is the same string. It is known by its identity: no byte of it is looked at, so that there is nothing to guess at or to time.
/// Thread-safe; one that loses its place is hashed again.
/// </summary>
internal sealed class RecognisedHeaders
{
    /// <summary>A power of two. Each place keeps one header alive, some 100 bytes.</summary>
    internal const int Places = 1024;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>Null: not seen yet, or forgotten.</summary>
    internal ClientKey? Find(string header)
    {
        Entry? entry = Volatile.Read(ref PlaceOf(header));
        return ReferenceEquals(entry?.Header, header) ? entry.Owner : null;
    }

    /// <param name="header">The very object that will be asked for.</param>
    /// <param name="owner">A configured key's: what is not known is not kept, or whoever guesses would drive out those who need not.</param>
    internal void Remember(string header, ClientKey owner) => Volatile.Write(ref PlaceOf(header), new(header, owner));

    private ref Entry? PlaceOf(string header) => ref _entries[RuntimeHelpers.GetHashCode(header) & (Places - 1)];

    private sealed class Entry(string header, ClientKey owner)
    {
        internal string Header { get; } = header;

        internal ClientKey Owner { get; } = owner;
    }
}
