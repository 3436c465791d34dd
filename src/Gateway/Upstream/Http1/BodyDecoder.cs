using Gateway.Streaming.Sources;

namespace Gateway.Upstream.Http1;

/// <summary>A response body's framing as a state machine over the caller's own memory.</summary>
internal struct BodyDecoder
{
    private readonly BodyFraming _framing;
    private ChunkedDecoder _chunks;
    private long _left;

    internal BodyDecoder(BodyFraming framing, long length)
    {
        _framing = framing;
        _left = length;
        bool empty = framing is BodyFraming.None || (framing is BodyFraming.Length && length == 0);
        State = empty ? ReadStatus.End : ReadStatus.Blocked;
    }

    /// <summary><see cref="ReadStatus.Blocked"/> while more is to come, else <see cref="ReadStatus.End"/> or <see cref="ReadStatus.Broken"/>.</summary>
    internal ReadStatus State { get; private set; }

    /// <summary>The part of <paramref name="destination"/> that may be filled: never past a declared length, so that what follows stays visible in the socket.</summary>
    internal readonly Span<byte> Window(Span<byte> destination)
        => _framing is BodyFraming.Length && _left < destination.Length ? destination[..(int)_left] : destination;

    /// <summary>Strips the framing from <paramref name="raw"/> in place.</summary>
    /// <param name="raw">Filled part of a <see cref="Window"/>.</param>
    /// <param name="surplus">Bytes behind the body's end.</param>
    /// <returns>Body bytes, now at the start of <paramref name="raw"/>; <see cref="State"/> holds what comes after them.</returns>
    internal int Decode(Span<byte> raw, out int surplus)
    {
        surplus = 0;
        switch (_framing)
        {
            case BodyFraming.Length:
                _left -= raw.Length;
                State = _left == 0 ? ReadStatus.End : ReadStatus.Blocked;
                return raw.Length;
            case BodyFraming.Chunked:
                bool valid = _chunks.Decode(raw, out int read, out int written);
                State = !valid ? ReadStatus.Broken : _chunks.IsComplete ? ReadStatus.End : ReadStatus.Blocked;
                surplus = raw.Length - read;
                return written;
            default:
                return raw.Length;
        }
    }

    /// <summary>The peer sent its last byte.</summary>
    internal void PeerClosed() => State = _framing is BodyFraming.UntilClose ? ReadStatus.End : ReadStatus.Broken;

    internal void PeerBroke() => State = ReadStatus.Broken;
}
