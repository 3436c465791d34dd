using System.Buffers.Binary;
using System.Text;

namespace Gateway.Caching.Store;

/// <summary>Reads a stored value from front to back. Past its end, or at a length that cannot be, everything is zero and <see cref="IsWhole"/> stays false.</summary>
internal ref struct StoredReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;
    private bool _isCut;

    /// <summary>Whether everything read so far was there.</summary>
    internal readonly bool IsWhole => !_isCut;

    internal readonly int Left => _rest.Length;

    internal ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            _isCut = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    internal byte Byte() => Bytes(1) is [byte value] ? value : (byte)0;

    internal int Int32() => Bytes(sizeof(int)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    internal long Int64() => Bytes(sizeof(long)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    internal string Text() => Encoding.UTF8.GetString(Bytes(Int32()));

    /// <summary>UTC, in ticks.</summary>
    internal DateTimeOffset Time()
    {
        long ticks = Int64();
        _isCut |= ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks;
        return _isCut ? default : new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
