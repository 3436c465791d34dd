using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using Gateway.Streaming;

namespace Gateway.Upstream.Http1;

/// <summary>
/// A response head in its own bytes; valid until its exchange is disposed (header bytes: until <see cref="ReleaseHead"/>).
/// One per connection and reused. The buffer is rented when the first byte is there.
/// </summary>
internal sealed class Http1Response
{
    private const int InitialBytes = 4 * 1024;

    private readonly ResponseHeadParser _parser = new();
    private byte[]? _buffer;
    private int _received;
    private int _bodyStart;
    private bool _headReleased;

    public int StatusCode => _parser.StatusCode;

    /// <summary>The body's length in bytes when the upstream declared it; null when chunked or closed at its end.</summary>
    public long? ContentLength { get; private set; }

    public bool IsChunked => Framing is BodyFraming.Chunked;

    public int HeaderCount => _headReleased ? 0 : _parser.FieldCount;

    /// <summary>What the head says; <see cref="BodyFraming.None"/> for answers without a body is the connection's to know.</summary>
    internal BodyFraming Framing { get; private set; }

    internal bool KeepAlive { get; private set; }

    internal bool ReceivedAnything => _received > 0;

    /// <summary>Bytes that came with the head and were not taken yet.</summary>
    internal int BufferedBody => _received - _bodyStart;

    /// <summary>The <paramref name="index"/>th header field, in the order of arrival.</summary>
    public void GetHeader(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        Debug.Assert(index < HeaderCount, "Header fields are gone after ReleaseHead.");
        HeaderRange field = _parser.Fields[index];
        name = _buffer.AsSpan(field.Name, field.NameLength);
        value = _buffer.AsSpan(field.Value, field.ValueLength);
    }

    /// <summary>The first field of that name, in any case.</summary>
    public bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < HeaderCount; i++)
        {
            GetHeader(i, out ReadOnlySpan<byte> candidate, out value);
            if (candidate.Length == name.Length && Ascii.EqualsIgnoreCase(candidate, name))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>Says that no header will be asked for again: a long stream then keeps no buffer for its head.</summary>
    public void ReleaseHead()
    {
        _headReleased = true;
        ReturnIfUnused();
    }

    internal void Reset()
    {
        _headReleased = true;
        _bodyStart = _received;
        ReturnIfUnused();
        _headReleased = false;
        _received = _bodyStart = 0;
        _parser.Reset();
        ContentLength = null;
        Framing = BodyFraming.None;
        KeepAlive = false;
    }

    /// <summary>Room for the next receive, never past <see cref="Http1Limits.HeadBytes"/>.</summary>
    internal Span<byte> FreeSpace()
    {
        _buffer ??= RentedBuffers.Pool.Rent(InitialBytes);
        int usable = Math.Min(_buffer.Length, Http1Limits.HeadBytes);
        if (_received == usable && usable < Http1Limits.HeadBytes)
        {
            byte[] larger = RentedBuffers.Pool.Rent(Math.Min(usable * 2, Http1Limits.HeadBytes));
            _buffer.AsSpan(0, _received).CopyTo(larger);
            RentedBuffers.Pool.Return(_buffer);
            _buffer = larger;
            usable = Math.Min(larger.Length, Http1Limits.HeadBytes);
        }
        return _buffer.AsSpan(_received, usable - _received);
    }

    /// <summary>Nothing came into <see cref="FreeSpace"/>: a wait for the first byte, as long as a prefill, holds no memory.</summary>
    internal void GiveBackUnused()
    {
        if (_received == 0)
        {
            Return();
        }
    }

    /// <summary>Takes <paramref name="bytes"/> written to <see cref="FreeSpace"/> into account.</summary>
    internal HeadStatus Advance(int bytes)
    {
        _received += bytes;
        HeadStatus status = _parser.Parse(_buffer.AsSpan(0, _received));
        if (status is not HeadStatus.Done)
        {
            return status is HeadStatus.NeedMore && _received == Http1Limits.HeadBytes ? HeadStatus.TooLarge : status;
        }
        _bodyStart = _parser.HeadLength;
        return ReadFraming() ? HeadStatus.Done : HeadStatus.Invalid;
    }

    /// <summary>Forgets an informational response and parses what came behind it.</summary>
    internal HeadStatus NextHead()
    {
        int left = BufferedBody;
        _buffer.AsSpan(_bodyStart, left).CopyTo(_buffer);
        _received = _bodyStart = 0;
        _parser.Reset();
        return Advance(left);
    }

    internal int TakeBody(Span<byte> destination)
    {
        int bytes = Math.Min(destination.Length, BufferedBody);
        _buffer.AsSpan(_bodyStart, bytes).CopyTo(destination);
        _bodyStart += bytes;
        ReturnIfUnused();
        return bytes;
    }

    private void ReturnIfUnused()
    {
        if (_headReleased && BufferedBody == 0)
        {
            Return();
        }
    }

    private void Return()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            RentedBuffers.Pool.Return(buffer);
        }
    }

    /// <summary>RFC 9112 §6.1–6.3: one way to frame, said once; anything else could be read in two ways.</summary>
    private bool ReadFraming()
    {
        ContentLength = null;
        KeepAlive = !_parser.IsHttp10;
        bool chunked = false;
        for (int i = 0; i < HeaderCount; i++)
        {
            GetHeader(i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (Is(name, "content-length"u8))
            {
                if (!TryParseLength(value, out long length) || (ContentLength is { } earlier && earlier != length))
                {
                    return false;
                }
                ContentLength = length;
            }
            else if (Is(name, "transfer-encoding"u8))
            {
                if (chunked || _parser.IsHttp10 || !Is(value, "chunked"u8))
                {
                    return false;
                }
                chunked = true;
            }
            else if (Is(name, "connection"u8))
            {
                ReadConnection(value);
            }
        }
        Framing = chunked ? BodyFraming.Chunked : ContentLength is null ? BodyFraming.UntilClose : BodyFraming.Length;
        return !(chunked && ContentLength is not null);
    }

    private void ReadConnection(ReadOnlySpan<byte> value)
    {
        foreach (Range range in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = value[range].Trim(" \t"u8);
            if (Is(option, "close"u8))
            {
                KeepAlive = false;
            }
            else if (_parser.IsHttp10 && Is(option, "keep-alive"u8))
            {
                KeepAlive = true;
            }
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowercase)
        => text.Length == lowercase.Length && Ascii.EqualsIgnoreCase(text, lowercase);

    /// <summary>1*DIGIT that fits; the parser alone would also take a sign.</summary>
    private static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        return !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(value, out length, out int digits) && digits == value.Length;
    }
}
