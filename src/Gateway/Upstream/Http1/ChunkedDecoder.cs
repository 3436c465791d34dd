using System.Diagnostics;

namespace Gateway.Upstream.Http1;

/// <summary>
/// chunked-body = *( chunk-size [ chunk-ext ] CRLF chunk-data CRLF ) 1*"0" [ chunk-ext ] CRLF trailer-section CRLF, decoded in place:
/// data moves left over the framing. Trailers are checked and dropped.
/// </summary>
internal struct ChunkedDecoder
{
    private ChunkMode _mode;
    private long _size;
    private int _lineBytes;
    private int _trailerBytes;

    internal readonly bool IsComplete => _mode is ChunkMode.Complete;

    /// <summary>Decodes until the input or the body ends.</summary>
    /// <param name="raw">Bytes off the wire; on return its first <paramref name="written"/> bytes are body.</param>
    /// <param name="read">Less than the input's length only when the body ended or broke inside it.</param>
    /// <param name="written">Body bytes.</param>
    /// <returns>False on invalid framing; what was written before is still good.</returns>
    internal bool Decode(Span<byte> raw, out int read, out int written)
    {
        read = 0;
        written = 0;
        while (read < raw.Length && _mode is not ChunkMode.Complete)
        {
            if (_mode is not ChunkMode.Data)
            {
                if (!Step(raw[read++]))
                {
                    return false;
                }
                continue;
            }
            int take = (int)Math.Min(_size, raw.Length - read);
            if (read != written)
            {
                raw.Slice(read, take).CopyTo(raw[written..]);
            }
            read += take;
            written += take;
            _size -= take;
            if (_size == 0)
            {
                _mode = ChunkMode.DataCr;
            }
        }
        return true;
    }

    private bool Step(byte next)
    {
        switch (_mode)
        {
            case ChunkMode.SizeStart:
                _size = 0;
                _lineBytes = 0;
                return AddDigit(next);
            case ChunkMode.Size:
                return SizeEnds(next) || AddDigit(next);
            case ChunkMode.SizeBlank:
                return next is (byte)' ' or (byte)'\t' ? CountLine(ChunkMode.SizeBlank) : next == ';' && CountLine(ChunkMode.Extension);
            case ChunkMode.Extension:
                return next == '\r' ? Go(ChunkMode.SizeLf) : IsText(next) && CountLine(ChunkMode.Extension);
            case ChunkMode.SizeLf:
                return next == '\n' && Go(_size > 0 ? ChunkMode.Data : ChunkMode.TrailerStart);
            case ChunkMode.DataCr:
                return next == '\r' && Go(ChunkMode.DataLf);
            case ChunkMode.DataLf:
                return next == '\n' && Go(ChunkMode.SizeStart);
            case ChunkMode.TrailerStart:
                return next == '\r' ? Go(ChunkMode.LastLf) : HttpChars.Token.Contains(next) && CountTrailer(ChunkMode.TrailerName);
            case ChunkMode.TrailerName:
                return next == ':' ? CountTrailer(ChunkMode.TrailerValue) : HttpChars.Token.Contains(next) && CountTrailer(ChunkMode.TrailerName);
            case ChunkMode.TrailerValue:
                return next == '\r' ? CountTrailer(ChunkMode.TrailerLf) : IsText(next) && CountTrailer(ChunkMode.TrailerValue);
            case ChunkMode.TrailerLf:
                return next == '\n' && CountTrailer(ChunkMode.TrailerStart);
            case ChunkMode.LastLf:
                return next == '\n' && Go(ChunkMode.Complete);
            default:
                throw new UnreachableException();
        }
    }

    private bool SizeEnds(byte next) => next switch
    {
        (byte)'\r' => Go(ChunkMode.SizeLf),
        (byte)';' => CountLine(ChunkMode.Extension),
        (byte)' ' or (byte)'\t' => CountLine(ChunkMode.SizeBlank),
        _ => false,
    };

    private bool AddDigit(byte next)
    {
        int digit = HexDigit(next);
        if (digit < 0 || _size > long.MaxValue >> 4)
        {
            return false;
        }
        _size = (_size << 4) | (uint)digit;
        return CountLine(ChunkMode.Size);
    }

    private bool CountLine(ChunkMode mode) => ++_lineBytes <= Http1Limits.ChunkLineBytes && Go(mode);

    private bool CountTrailer(ChunkMode mode) => ++_trailerBytes <= Http1Limits.TrailerBytes && Go(mode);

    private bool Go(ChunkMode mode)
    {
        _mode = mode;
        return true;
    }

    private static bool IsText(byte next) => !HttpChars.NotInValue.Contains(next);

    private static int HexDigit(byte next) => next switch
    {
        >= (byte)'0' and <= (byte)'9' => next - '0',
        >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
        _ => -1,
    };
}
