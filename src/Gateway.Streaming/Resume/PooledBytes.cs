using System.Buffers;

namespace Gateway.Streaming.Resume;

/// <summary>Bytes gathered in a rented array; holds none while it is empty.</summary>
internal sealed class PooledBytes(ArrayPool<byte> pool) : IDisposable
{
    private const int Smallest = 1 << 10;

    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Makes room for what is known to come, so that it is not copied as it grows.</summary>
    internal void Reserve(int length) => Grow(Length + length);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(Length + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void Append(byte value)
    {
        Grow(Length + 1);
        _bytes[Length++] = value;
    }

    internal void AppendNumber(long value)
    {
        const int longest = 20;
        Grow(Length + longest);
        bool fits = value.TryFormat(_bytes.AsSpan(Length), out int written);
        System.Diagnostics.Debug.Assert(fits, "An Int64 has at most 20 characters.");
        Length += written;
    }

    /// <summary>Forgets what is behind the first <paramref name="length"/> bytes.</summary>
    internal void Truncate(int length)
    {
        System.Diagnostics.Debug.Assert(length <= Length, "Only shorter.");
        Length = length;
    }

    internal void Clear()
    {
        Length = 0;
        if (_bytes.Length > 0)
            pool.Return(_bytes);
        _bytes = [];
    }

    public void Dispose() => Clear();

    private void Grow(int length)
    {
        if (_bytes.Length >= length)
            return;
        byte[] larger = pool.Rent(Math.Max(Math.Max(length, Smallest), _bytes.Length * 2));
        Span.CopyTo(larger);
        if (_bytes.Length > 0)
            pool.Return(_bytes);
        _bytes = larger;
    }
}
