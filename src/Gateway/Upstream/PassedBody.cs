using Gateway.Streaming;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream;

/// <summary>An answer that goes through as it comes; its beginning is held until somebody takes it, so that an upstream that sends nothing has not answered.</summary>
/// <param name="source">The body.</param>
/// <param name="length">Its Content-Length, if there is one.</param>
internal sealed class PassedBody(IByteSource source, long? length) : IByteSource, IDisposable
{
    private const int BufferBytes = 4 << 10;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    internal long? Length => length;

    /// <summary>Waits for the first bytes; false when the body was cut before them.</summary>
    internal async ValueTask<bool> ReadFirstAsync()
    {
        while (true)
        {
            await source.WaitAsync();
            _buffer = _buffer.Length == 0 ? RentedBuffers.Pool.Rent(BufferBytes) : _buffer;
            ReadStatus status = source.Read(_buffer, out _end);
            if (status == ReadStatus.Data)
                return true;
            Dispose();
            if (status != ReadStatus.Blocked)
                return status == ReadStatus.End;
        }
    }

    public ValueTask WaitAsync() => _end > _start ? ValueTask.CompletedTask : source.WaitAsync();

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        if (_end == _start)
            return source.Read(destination, out bytes);
        bytes = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, bytes).CopyTo(destination);
        _start += bytes;
        if (_start == _end)
            Dispose();
        return ReadStatus.Data;
    }

    public void Dispose()
    {
        _start = _end = 0;
        if (_buffer.Length > 0)
            RentedBuffers.Pool.Return(_buffer);
        _buffer = [];
    }
}
