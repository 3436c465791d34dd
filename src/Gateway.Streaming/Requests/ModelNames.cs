using System.Text;

namespace Gateway.Streaming.Requests;

/// <summary>
/// The model names seen last, so that a request names its model without a new string. Direct-mapped and bounded
/// (<see cref="Slots"/> names of <see cref="MaxBytes"/> bytes); a lost race costs one string.
/// </summary>
internal static class ModelNames
{
    internal const int Slots = 64;
    internal const int MaxBytes = 128;

    private static readonly Entry?[] Recent = new Entry?[Slots];

    private sealed record Entry(byte[] Utf8, string Text);

    internal static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return Encoding.UTF8.GetString(utf8);
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref Entry? slot = ref Recent[hash.ToHashCode() & (Slots - 1)];
        Entry? entry = Volatile.Read(ref slot);
        if (entry is null || !utf8.SequenceEqual(entry.Utf8))
        {
            entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
            Volatile.Write(ref slot, entry);
        }
        return entry.Text;
    }
}
