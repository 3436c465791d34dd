using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Simulator.Answers;

/// <summary>
/// Bytes of events on their way to the response. Frames are composed here and leave in one write, because every call on a response
/// writer takes a lock, which at a dozen pieces a chunk would be most of the cost.
/// </summary>
internal sealed class FrameBuffer(bool crlf) : IDisposable
{
    private const int InitialSize = 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out int written);
        Length += written;
    }

    /// <summary>Six digits after the point.</summary>
    public void Append(float number)
    {
        Utf8Formatter.TryFormat(number, Reserve(64), out int written, new StandardFormat('F', 6));
        Length += written;
    }

    public void AppendLineEnd() => Append(crlf ? "\r\n"u8 : "\n"u8);

    public void AppendFrameEnd() => Append(crlf ? "\r\n\r\n"u8 : "\n\n"u8);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}
