using System.Text;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Tests.Sse;

/// <summary>Feeds a framer as the relay does: the incomplete block, then the new bytes behind it.</summary>
internal sealed class FramerRun
{
    internal List<ReadBlock> Blocks { get; } = [];

    internal FrameStatus Status { get; private set; }

    /// <summary>Bytes of the incomplete block at the end.</summary>
    internal int Pending { get; private set; }

    internal static FramerRun Of(string stream) => Of(Encoding.UTF8.GetBytes(stream), []);

    internal static FramerRun Of(byte[] stream, IReadOnlyList<int> cuts, SseLimits? limits = null)
    {
        FramerRun run = new();
        SseFramer framer = new(limits ?? SseLimits.Default);
        int start = 0;
        foreach (int end in cuts.Append(stream.Length))
        {
            // A copy of its own: what the framer remembers must be positions, not bytes.
            run.Status = run.Drain(ref framer, stream[start..end], ref start);
            if (run.Status == FrameStatus.TooLarge)
                break;
        }

        run.Pending = stream.Length - start;
        return run;
    }

    private FrameStatus Drain(ref SseFramer framer, byte[] buffer, ref int start)
    {
        int read = 0;
        while (true)
        {
            FrameStatus status = framer.TryRead(buffer.AsSpan(read), out SseFrame frame);
            if (status != FrameStatus.Done)
                return status;
            Blocks.Add(Copy(frame));
            read += frame.Raw.Length;
            start += frame.Raw.Length;
        }
    }

    private static ReadBlock Copy(in SseFrame frame)
    {
        byte[] data = new byte[frame.Raw.Length];
        int length = frame.JoinData(data);
        if (frame.DataLines <= 1)
            Assert.Equal(frame.Data, data.AsSpan(0, length));
        return new(Text(frame.Raw), Text(frame.Name), Text(data.AsSpan(0, length)), Text(frame.Comment), frame.DataLines);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
