using Gateway.Streaming.Sources;

namespace Gateway.Relay;

/// <summary>
/// Relays an answer as it comes, whatever it is: read, flush, wait. While the client does not take it nothing is read, so memory is bounded. The request's
/// own cancellation closes the source, so every wait ends.
/// </summary>
internal sealed class BodyRelay(ClientStream client, Wake wake, StreamTimer timer)
{
    // As for events (StreamRelay): a burst leaves in one flush, and the platform's socket sends this much without extra memory.
    private const int FlushBytes = 16 << 10;
    private const int ReadRoom = 1 << 10;

    /// <summary>Time spent waiting for the upstream, in timer ticks.</summary>
    internal long WaitedTicks { get; private set; }

    /// <summary>Relays to the body's end.</summary>
    /// <param name="source">The body.</param>
    /// <param name="idle">Longest time without a byte while a read is outstanding; zero: no limit.</param>
    /// <returns><see cref="ReadStatus.End"/>: complete; <see cref="ReadStatus.Broken"/>: cut; <see cref="ReadStatus.Blocked"/>: idle for too long.</returns>
    internal async Task<ReadStatus> RunAsync(IByteSource source, TimeSpan idle)
    {
        long idleTicks = timer.Ticks(idle);
        while (true)
        {
            ReadStatus status = Take(source, out int bytes);
            if (bytes > 0)
                await client.FlushAsync();
            if (wake.ClientIsGone)
                return ReadStatus.Broken;
            if (status is ReadStatus.End or ReadStatus.Broken)
                return status;
            if (status == ReadStatus.Blocked && !await WaitAsync(source, idleTicks))
                return ReadStatus.Blocked;
        }
    }

    /// <summary>Reads what is there into the client's writer, up to one flush.</summary>
    private ReadStatus Take(IByteSource source, out int bytes)
    {
        bytes = 0;
        ReadStatus status;
        do
        {
            status = source.Read(client.Writer.GetSpan(ReadRoom), out int read);
            client.Writer.Advance(read);
            client.Wrote(read, isContent: true);
            bytes += read;
        }
        while (status == ReadStatus.Data && bytes < FlushBytes);
        return status;
    }

    /// <summary>False when nothing came in time.</summary>
    private async ValueTask<bool> WaitAsync(IByteSource source, long idleTicks)
    {
        long start = timer.Now;
        long due = StreamTimer.Add(start, idleTicks);
        wake.WatchUpstream(source.WaitAsync());
        while (true)
        {
            timer.Arm(due);
            WakeReason reason = await wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick);
            timer.Took(reason);
            if (!reason.HasFlag(WakeReason.Upstream) && timer.Now < due)
                continue;
            WaitedTicks += timer.Now - start;
            return reason.HasFlag(WakeReason.Upstream);
        }
    }
}
