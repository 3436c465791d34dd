using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;

namespace Gateway.Caching;

/// <summary>A kept stream, read again: at once, or event by event at a pace.</summary>
/// <param name="events">Whole events.</param>
/// <param name="pace">Events a second; null: all at once.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredSource(ReadOnlyMemory<byte> events, double? pace, TimeProvider time) : IByteSource
{
    private readonly long _start = time.GetTimestamp();
    private SseFramer _framer = new(new(events.Length + 1, events.Length + 1));
    private int _at;
    private int _shown;
    private int _events;

    public ReadStatus Read(Span<byte> destination, out int bytes)
    {
        if (_at == _shown)
            ShowMore();
        bytes = Math.Min(destination.Length, _shown - _at);
        events.Span.Slice(_at, bytes).CopyTo(destination);
        _at += bytes;
        return bytes > 0 ? ReadStatus.Data : _at == events.Length ? ReadStatus.End : ReadStatus.Blocked;
    }

    public async ValueTask WaitAsync()
    {
        if (Wait > TimeSpan.Zero)
            await Task.Delay(Wait, time, CancellationToken.None);
    }

    /// <summary>Until the next event is due.</summary>
    private TimeSpan Wait => pace is null ? TimeSpan.Zero : TimeSpan.FromSeconds(_events / pace.Value) - time.GetElapsedTime(_start);

    private void ShowMore()
    {
        if (pace is null)
        {
            _shown = events.Length;
            return;
        }

        if (_shown == events.Length || Wait > TimeSpan.Zero)
            return;
        // Upstreams end their lines as they like.
        bool isWhole = _framer.TryRead(events.Span[_shown..], out SseFrame next) == FrameStatus.Done;
        _shown = isWhole ? _shown + next.Raw.Length : events.Length;
        _events++;
    }
}
