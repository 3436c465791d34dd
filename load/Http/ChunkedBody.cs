namespace Gateway.Load.Http;

/// <summary>
/// RFC 9112 §7.1, decoded in place: <c>chunk-size [ chunk-ext ] CRLF chunk-data CRLF</c>, data moves left over the framing. Extensions and trailers are dropped;
/// a lone LF ends a line too: a load generator measures what clients would have accepted.
/// </summary>
internal struct ChunkedBody
{
    /// <summary>Enough for 8 GiB; more digits are no chunk size.</summary>
    private const int MaxDigits = 9;

    private ChunkedState _state;
    private long _size;
    private int _digits;
    private bool _lineIsEmpty;

    public readonly bool IsComplete => _state == ChunkedState.Complete;

    /// <summary>Bytes followed the body's end.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Decodes all of <paramref name="raw"/>, or up to the body's end.</summary>
    /// <param name="raw">On return its first <paramref name="written"/> bytes are body.</param>
    /// <param name="written">Bytes of body.</param>
    /// <returns>False: this is no chunked body.</returns>
    public bool TryDecode(Span<byte> raw, out int written)
    {
        written = 0;
        int at = 0;
        while (at < raw.Length && _state != ChunkedState.Complete)
        {
            if (_state == ChunkedState.Data)
            {
                int take = (int)Math.Min(_size, raw.Length - at);
                raw.Slice(at, take).CopyTo(raw[written..]);
                at += take;
                written += take;
                _size -= take;
                if (_size == 0)
                    _state = ChunkedState.DataEnd;
            }
            else if (!TryFraming(raw[at++]))
            {
                return false;
            }
        }

        HasMore = at < raw.Length;
        return true;
    }

    private bool TryFraming(byte next) => _state switch
    {
        ChunkedState.Size => TrySize(next),
        ChunkedState.Extension => next != (byte)'\n' || EndSize(),
        ChunkedState.DataEnd => TryDataEnd(next),
        _ => EndTrailerByte(next),
    };

    private bool TrySize(byte next)
    {
        int digit = next switch
        {
            >= (byte)'0' and <= (byte)'9' => next - '0',
            >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
            _ => -1,
        };
        if (digit >= 0)
        {
            _size = (_size << 4) + digit;
            return ++_digits <= MaxDigits;
        }

        if (_digits == 0)
            return false;
        if (next == (byte)'\n')
            return EndSize();
        _state = ChunkedState.Extension;
        return next is (byte)'\r' or (byte)';' or (byte)' ' or (byte)'\t';
    }

    private bool EndSize()
    {
        _digits = 0;
        _lineIsEmpty = true;
        _state = _size == 0 ? ChunkedState.Trailer : ChunkedState.Data;
        return true;
    }

    private bool TryDataEnd(byte next)
    {
        if (next == (byte)'\n')
            _state = ChunkedState.Size;
        return next is (byte)'\r' or (byte)'\n';
    }

    private bool EndTrailerByte(byte next)
    {
        if (next == (byte)'\n')
        {
            if (_lineIsEmpty)
                _state = ChunkedState.Complete;
            _lineIsEmpty = true;
        }
        else if (next != (byte)'\r')
        {
            _lineIsEmpty = false;
        }

        return true;
    }
}
