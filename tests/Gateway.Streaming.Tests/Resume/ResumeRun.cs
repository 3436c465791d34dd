using Gateway.Streaming.Relay;
using Gateway.Streaming.Resume;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;
using Gateway.Streaming.Tests.Relay;
using TestKit.Streaming;

namespace Gateway.Streaming.Tests.Resume;

/// <summary>Drives attempts at one answer as the gateway does; what is held goes to the client with the first content, or not at all.</summary>
internal sealed class ResumeRun(Endpoint endpoint, int choices, bool removeUsage = false) : IDisposable
{
    private bool _hasReleased;

    internal CountingPool Pool { get; } = new();

    internal TestClient Client { get; } = TestClient.OverBlocks();

    internal AnswerRecord Record { get; private set; } = new(endpoint, choices);

    internal StreamSignal Signal { get; private set; }

    internal ReadStatus End { get; private set; }

    internal bool IsComplete { get; private set; }

    internal int ContentEvents { get; private set; }

    /// <summary>Bytes the last attempt showed.</summary>
    internal int Shown { get; private set; }

    /// <summary>Runs the first attempt, or the next one behind what was released.</summary>
    internal void Attempt(ReadOnlyMemory<byte> stream, IReadOnlyList<int> cuts, ReadStatus end)
    {
        if (!_hasReleased)
            Record = new(endpoint, choices) { Pool = Pool };
        ChatRules rules = new(choices, removeUsage) { Pool = Pool };
        ScriptedSource source = new(stream, cuts, end);
        using StreamRelay relay = _hasReleased ? StreamRelay.Resume(source, rules, SseLimits.Default, Record) : new(source, rules, SseLimits.Default, Record);
        (Signal, End, ContentEvents, Shown) = (StreamSignal.None, ReadStatus.Data, 0, 0);
        while (!IsOver && relay.ContentEvents == 0 && !rules.IsComplete && relay.HeldBytes <= StreamRelay.MaxHeld)
            Take(relay.Hold());
        if (relay.ContentEvents > 0 || (rules.IsComplete && Signal is StreamSignal.None or StreamSignal.Done))
        {
            Shown = relay.Release(Client.Writer, isFirst: !_hasReleased);
            _hasReleased = true;
            Client.Flush();
        }

        while (!IsOver && _hasReleased)
        {
            RelayStep step = relay.Step(Client.Writer);
            Take(step);
            Shown += step.Visible;
            if (step.Visible > 0)
                Client.Flush();
        }

        IsComplete = rules.IsComplete;
        Assert.Equal(ContentEvents, relay.ContentEvents);
    }

    public void Dispose()
    {
        Record.Dispose();
        Assert.Equal(0, Pool.Outstanding);
    }

    private bool IsOver => Signal != StreamSignal.None || End is ReadStatus.End or ReadStatus.Broken;

    private void Take(in RelayStep step)
    {
        (Signal, End) = (step.Signal, step.Status);
        ContentEvents += step.ContentEvents;
    }
}
