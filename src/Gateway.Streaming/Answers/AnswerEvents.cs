using Gateway.Streaming.Resume;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Answers;

/// <summary>Goes through the events of a recorded stream; comments and events without data are passed over.</summary>
internal ref struct AnswerEvents(ReadOnlySpan<byte> recording)
{
    private readonly ReadOnlySpan<byte> _recording = recording;
    private SseFramer _framer = LimitsOf(recording);
    private int _at;

    /// <summary>The stream has an error event, or its end is missing: it is no complete answer.</summary>
    internal bool IsBroken { get; private set; }

    internal bool TryNext(out AnswerEvent next)
    {
        next = default;
        while (_framer.TryRead(_recording[_at..], out SseFrame frame) == FrameStatus.Done)
        {
            int start = _at;
            _at += frame.Raw.Length;
            IsBroken |= frame.Name.SequenceEqual("error"u8);
            if (IsBroken)
                return false;
            if (frame.DataLines == 0)
                continue;
            if (frame.Raw.Overlaps(frame.Data, out int offset))
                start += offset;
            next = new() { Name = frame.Name, Data = frame.Data, Start = start };
            return true;
        }

        IsBroken = _at < _recording.Length;
        return false;
    }

    /// <summary>Writes the recording with one data line per event, if one has several: the line feeds between them are white space to JSON.</summary>
    /// <returns>Whether there was one.</returns>
    internal static bool JoinLines(ReadOnlySpan<byte> recording, PooledBytes output)
    {
        bool isJoined = false;
        int at = 0;
        int written = 0;
        SseFramer framer = LimitsOf(recording);
        while (framer.TryRead(recording[at..], out SseFrame frame) == FrameStatus.Done)
        {
            if (frame.DataLines > 1)
            {
                output.Append(recording[written..at]);
                written = at + frame.Raw.Length;
                AppendJoined(frame, output);
                isJoined = true;
            }

            at += frame.Raw.Length;
        }

        if (isJoined)
            output.Append(recording[written..]);
        return isJoined;
    }

    private static void AppendJoined(in SseFrame frame, PooledBytes output)
    {
        output.Append("event: "u8);
        output.Append(frame.Name);
        output.Append("\ndata: "u8);
        byte[] data = RentedBuffers.Pool.Rent(frame.Raw.Length);
        Span<byte> lines = data.AsSpan(0, frame.JoinData(data));
        lines.Replace((byte)'\n', (byte)' ');
        output.Append(lines);
        RentedBuffers.Pool.Return(data);
        output.Append("\n\n"u8);
    }

    /// <summary>The recording was bounded by who made it.</summary>
    private static SseFramer LimitsOf(ReadOnlySpan<byte> recording) => new(new(recording.Length + 1, recording.Length + 1));
}
