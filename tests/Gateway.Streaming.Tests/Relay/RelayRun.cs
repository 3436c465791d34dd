using Gateway.Streaming.Keepalive;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Tests.Relay;

/// <summary>Drives a relay as its owner does: hold until content, release, step and flush; optionally a keepalive at every wait.</summary>
internal sealed class RelayRun
{
    internal ReadStatus End { get; private set; } = ReadStatus.Data;

    internal StreamSignal Signal { get; private set; }

    internal int Events { get; private set; }

    internal int ContentEvents { get; private set; }

    internal int Malformed { get; private set; }

    internal int Pending { get; private set; }

    internal int Keepalives { get; private set; }

    private bool IsOver => Signal != StreamSignal.None || End is ReadStatus.End or ReadStatus.Broken;

    internal static RelayRun Of(IByteSource source, StreamRules rules, TestClient client, KeepaliveFrame? keepalive = null, SseLimits? limits = null)
    {
        RelayRun run = new();
        using StreamRelay relay = new(source, rules, limits ?? SseLimits.Default);
        int held = 0;
        while (!run.IsOver && run.ContentEvents == 0 && held < StreamRelay.MaxHeld)
        {
            RelayStep step = relay.Hold();
            held += step.Visible;
            run.Take(step, client, keepalive);
        }

        if (relay.Release(client.Writer, isFirst: run.Keepalives == 0) > 0)
            client.Flush();
        while (!run.IsOver)
        {
            RelayStep step = relay.Step(client.Writer);
            if (step.Visible > 0)
                client.Flush();
            run.Take(step, client, keepalive);
        }

        run.Malformed = relay.MalformedEvents;
        run.Pending = relay.PendingBytes;
        Assert.Equal(run.ContentEvents, relay.ContentEvents);
        return run;
    }

    private void Take(RelayStep step, TestClient client, KeepaliveFrame? keepalive)
    {
        (End, Signal) = (step.Status, step.Signal);
        Events += step.Events;
        ContentEvents += step.ContentEvents;
        if (IsOver || step.Status != ReadStatus.Blocked || keepalive is null)
            return;
        keepalive.WriteTo(client.Writer);
        client.Flush();
        Keepalives++;
    }
}
