using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Relay;

/// <summary>The synchronous step of the relay: frames a buffer, asks the rules about each block and closes the gaps of dropped ones in place.</summary>
public sealed class StreamScanner(StreamRules rules, SseLimits limits)
{
    private SseFramer _framer = new(limits);
    private bool _lastIsVisible = true;

    public StreamRules Rules { get; } = rules;

    /// <summary>Blocks that were dropped because their data is no valid JSON.</summary>
    public int MalformedEvents { get; private set; }

    /// <summary>Visible blocks that carry content, so far.</summary>
    public long ContentEvents { get; private set; }

    /// <summary>Sees each block behind the rules; null when nobody does.</summary>
    internal IEventTap? Tap { get; set; }

    /// <summary>Judges the blocks in <paramref name="buffer"/>.</summary>
    /// <param name="buffer">The tail of the last call, followed by new bytes.</param>
    public ScanResult Scan(Span<byte> buffer)
    {
        int read = 0;
        int visible = 0;
        int events = 0;
        int content = 0;
        StreamSignal signal = StreamSignal.None;
        while (signal == StreamSignal.None)
        {
            FrameStatus status = _framer.TryRead(buffer[read..], out SseFrame frame);
            if (status != FrameStatus.Done)
            {
                signal = status == FrameStatus.TooLarge ? StreamSignal.TooLarge : StreamSignal.None;
                break;
            }

            int length = frame.Raw.Length;
            if (!frame.EndsLastBlock)
            {
                EventVerdict verdict = Rules.Inspect(frame);
                if (Tap is not null)
                    verdict = Tap.Inspect(frame, verdict);
                signal = SignalOf(verdict);
                events += frame.DataLines > 0 ? 1 : 0;
                content += verdict == EventVerdict.Content ? 1 : 0;
                MalformedEvents += verdict == EventVerdict.Malformed ? 1 : 0;
                _lastIsVisible = IsVisible(verdict, signal);
            }

            if (_lastIsVisible)
            {
                if (visible != read)
                    buffer.Slice(read, length).CopyTo(buffer[visible..]);
                visible += length;
            }

            read += length;
        }

        ContentEvents += content;
        // What comes behind the end of the stream is nobody's.
        return new(visible, signal == StreamSignal.None ? read : buffer.Length, signal, events, content);
    }

    private StreamSignal SignalOf(EventVerdict verdict) => verdict switch
    {
        EventVerdict.Done => Rules.IsComplete ? StreamSignal.Done : StreamSignal.Incomplete,
        EventVerdict.Error => StreamSignal.Error,
        EventVerdict.Diverged => StreamSignal.Diverged,
        _ => StreamSignal.None,
    };

    private static bool IsVisible(EventVerdict verdict, StreamSignal signal) =>
        verdict is EventVerdict.Pass or EventVerdict.Content || signal == StreamSignal.Done;
}
