using Gateway.Streaming.Sources;

namespace Gateway.Bench.Streaming;

/// <summary>Brings the same bytes again and again, one read at a time, with nothing to be had in between.</summary>
internal sealed class RepeatingSource(byte[] body) : IByteSource
{
    private int _position;
    private bool _blocked;

    public ValueTask WaitAsync() => ValueTask.CompletedTask;

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        bytes = 0;
        if (_blocked)
        {
            _blocked = false;
            return ReadStatus.Blocked;
        }

        bytes = Math.Min(destination.Length, body.Length - _position);
        body.AsSpan(_position, bytes).CopyTo(destination);
        _position += bytes;
        if (_position == body.Length)
        {
            _position = 0;
            _blocked = true;
        }

        return ReadStatus.Data;
    }
}
