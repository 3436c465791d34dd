using System.Buffers;
using Gateway.Streaming;

namespace Gateway.Upstream.Http1;

/// <summary>Pooled memory that grows while it is written to: request heads, error bodies. Cleared when it goes back.</summary>
internal sealed class PooledBuffer(int initialBytes = 1024) : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer = RentedBuffers.Pool.Rent(initialBytes);
    private int _written;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _written);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _written));
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_written);
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        (_buffer, _written) = ([], 0);
        if (buffer.Length > 0)
        {
            // Request heads hold credentials.
            RentedBuffers.Pool.Return(buffer, clearArray: true);
        }
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _written >= bytes)
        {
            return;
        }
        byte[] larger = RentedBuffers.Pool.Rent(Math.Max(_written + bytes, _buffer.Length * 2));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        RentedBuffers.Pool.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
