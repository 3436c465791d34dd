using System.Runtime.CompilerServices;
using Gateway.Sockets;
using Gateway.Streaming;
using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>
/// A <see cref="Stream"/> as a byte source: waits with a zero-byte read, then reads into a pooled buffer that goes back as soon as it is empty.
/// A stream without blocking zero-byte reads works too, but holds its buffer while it waits. Does not own the stream.
/// </summary>
internal sealed class StreamByteSource(Stream stream) : IByteSource, IDisposable
{
    private const int BufferBytes = 8 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    // Bytes since somebody else had the thread.
    private int _turn;
    private ReadStatus _idle = ReadStatus.Blocked;

    public ValueTask WaitAsync() => _buffer is not null || _idle is not ReadStatus.Blocked ? ValueTask.CompletedTask : FillAsync();

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (_buffer is null)
        {
            return _idle;
        }
        bytes = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, bytes).CopyTo(destination);
        _start += bytes;
        if (_start == _end)
        {
            Dispose();
        }
        return ReadStatus.Data;
    }

    /// <summary>Gives the buffer back; not while a wait is outstanding on a stream that is still open.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            RentedBuffers.Pool.Return(buffer);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync()
    {
        byte[]? buffer = null;
        try
        {
            if (_turn >= SocketThreads.LongTurn)
            {
                _turn = 0;
                await Task.Yield();
            }
            ValueTask<int> readable = stream.ReadAsync(Memory<byte>.Empty);
            if (!readable.IsCompleted)
            {
                _turn = 0;
            }
            _ = await readable;
            buffer = RentedBuffers.Pool.Rent(BufferBytes);
            int bytes = await stream.ReadAsync(buffer);
            if (bytes == 0)
            {
                _idle = ReadStatus.End;
                return;
            }
            (_start, _end) = (0, bytes);
            _turn += bytes;
            (_buffer, buffer) = (buffer, null);
        }
        catch (Exception)
        {
            // Every kind a stream invents for a broken peer means the same here; the next read says so.
            _idle = ReadStatus.Broken;
        }
        finally
        {
            if (buffer is not null)
            {
                RentedBuffers.Pool.Return(buffer);
            }
        }
    }
}
