using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gateway.Failures;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Sources;
using Gateway.Telemetry;

namespace Gateway.Relay;

/// <summary>
/// Relays one stream from its first content to its end: step, flush, wait; keepalives and the idle deadline run while an upstream read is
/// outstanding. The request's own cancellation closes the source, so every wait ends.
/// </summary>
internal sealed class StreamPump(ClientStream client, StreamRelay relay, Wake wake, StreamTimer timer, RequestLifetime lifetime, InterTokenRecorder latency)
{
    private long _lastEvent;
    private long _lastContent;
    private long _idleTicks;
    private long _idleDue;
    private long _waitStart;

    // What GoOn left to the loop.
    private RelayStep? _left;
    private ValueTask<FlushResult>? _leftFlush;
    private ExceptionDispatchInfo? _thrown;

    /// <summary>Whether another upstream may go on when this one breaks off; asked only then.</summary>
    internal Func<bool> MayResume { get; init; } = static () => false;

    /// <summary>Why the source ended too early, where more is known than that it did; asked only then.</summary>
    internal Func<Failure?> EndedBy { get; init; } = static () => null;

    /// <summary>Time spent waiting for the upstream, in timer ticks.</summary>
    internal long WaitedTicks { get; private set; }

    /// <summary>Pumps until the stream ends and writes its end.</summary>
    /// <param name="held">The step that found the first content; its blocks are released here.</param>
    /// <param name="idle">Longest time between two events while a read is outstanding; zero: no limit.</param>
    /// <param name="readUpstreamError">Makes a failure of the error the upstream reported in its stream.</param>
    internal async Task<RelayResult> RunAsync(RelayStep held, TimeSpan idle, Func<StreamRelay, Failure> readUpstreamError)
    {
        _idleTicks = timer.Ticks(idle);
        _lastEvent = _lastContent = timer.Now;
        RelayStep step = ReleaseHeld(held);
        wake.Usual = GoOn;
        try
        {
            while (true)
            {
                if (!Send(step, out ValueTask<FlushResult> flush))
                    await AwaitClientAsync(flush);
                if (wake.ClientIsGone)
                    lifetime.Cancel(CancelReason.ClientClosed);
                if (step.Signal != StreamSignal.None)
                    return await EndAsync(step.Signal, readUpstreamError);
                if (step.Status is ReadStatus.End or ReadStatus.Broken)
                    return await EndOfSourceAsync(step.Status);
                if (step.Status == ReadStatus.Blocked)
                {
                    // Here and not in a method of its own: a wait per chunk must not cost a state machine per chunk.
                    BeginWait();
                    while (!TakeWake(await wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick)))
                    {
                        if (timer.Now >= _idleDue)
                            return await EndIdleAsync();
                        await client.KeepAliveAsync();
                        ArmTimer();
                    }

                    if (_leftFlush is { } left)
                    {
                        _leftFlush = null;
                        await AwaitClientAsync(left);
                    }
                }

                step = TakeLeft() ?? Step();
            }
        }
        finally
        {
            wake.Usual = null;
        }
    }

    /// <summary>
    /// A usual chunk: read, written and taken by the client at once, and then nothing more. Runs where the upstream's bytes are told of. Anything else is left to the
    /// loop, which is resumed for it.
    /// </summary>
    private bool GoOn()
    {
        try
        {
            _ = TakeWake(WakeReason.Upstream);
            RelayStep step = Step();
            if (step.Status != ReadStatus.Blocked || step.Signal != StreamSignal.None)
                return Leave(step);
            if (!Send(step, out ValueTask<FlushResult> flush))
            {
                _leftFlush = flush;
                return Leave(step with { Visible = 0 });
            }

            BeginWait();
            return true;
        }
        catch (Exception exception)
        {
            // Whoever awaits the loop is told, not the thread that all sockets share.
            _thrown = ExceptionDispatchInfo.Capture(exception);
            return false;
        }
    }

    private bool Leave(in RelayStep step)
    {
        _left = step;
        _waitStart = timer.Now;
        return false;
    }

    private RelayStep? TakeLeft()
    {
        _thrown?.Throw();
        RelayStep? left = _left;
        _left = null;
        return left;
    }

    private RelayStep Step()
    {
        RelayStep step = relay.Step(client.Writer);
        Observe(step);
        return step;
    }

    /// <summary>The first flush carries what is there already behind the first content: a burst is then one send less.</summary>
    private RelayStep ReleaseHeld(in RelayStep held)
    {
        int released = relay.Release(client.Writer, isFirst: client.IsAtStart);
        if (held.Status != ReadStatus.Data || held.Signal != StreamSignal.None)
            return held with { Visible = released };
        RelayStep more = Step();
        return more with { Visible = released + more.Visible, ContentEvents = held.ContentEvents + more.ContentEvents };
    }

    private void Observe(in RelayStep step)
    {
        if (step.Events == 0)
            return;
        _lastEvent = timer.Now;
        if (step.ContentEvents == 0)
            return;
        latency.Record(timer.Seconds(_lastEvent - _lastContent));
        _lastContent = _lastEvent;
    }

    /// <summary>Sends what a step wrote, if it wrote anything.</summary>
    /// <param name="step">What was written.</param>
    /// <param name="flush">To be awaited by <see cref="AwaitClientAsync"/> where the client does not take it at once.</param>
    /// <returns>Whether it did.</returns>
    private bool Send(in RelayStep step, out ValueTask<FlushResult> flush)
    {
        flush = default;
        if (step.Visible == 0)
        {
            client.GiveBack();
            return true;
        }

        client.Wrote(step.Visible, step.ContentEvents > 0);
        // The last events leave together with the stream's end.
        return step.Signal == StreamSignal.Done || client.TryFlush(out flush);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitClientAsync(ValueTask<FlushResult> flush)
    {
        long blocked = client.BlockedTicks;
        await client.AwaitClientAsync(flush);
        // The idle deadline runs only while an upstream read is outstanding.
        _lastEvent += client.BlockedTicks - blocked;
    }

    private void BeginWait()
    {
        _waitStart = timer.Now;
        wake.WatchUpstream(relay.WaitAsync());
        ArmTimer();
    }

    private void ArmTimer()
    {
        _idleDue = StreamTimer.Add(_lastEvent, _idleTicks);
        timer.Arm(Math.Min(_idleDue, client.KeepaliveDue));
    }

    /// <summary>True when the upstream may have something; false for a tick.</summary>
    private bool TakeWake(WakeReason reason)
    {
        timer.Took(reason);
        if (!reason.HasFlag(WakeReason.Upstream))
            return false;
        WaitedTicks += timer.Now - _waitStart;
        return true;
    }

    private async ValueTask<RelayResult> EndAsync(StreamSignal signal, Func<StreamRelay, Failure> readUpstreamError)
    {
        if (signal == StreamSignal.Done)
        {
            await client.FinishAsync(addDone: false);
            return new(null, SourceIsReusable: true);
        }

        if (signal == StreamSignal.Incomplete)
            return await BreakAsync(Cut(), waitIsOutstanding: false);
        Failure failure = signal switch
        {
            StreamSignal.Error => readUpstreamError(relay),
            StreamSignal.TooLarge => new(FailureCode.UpstreamInvalidResponse, "The upstream sent an event over the size limit."),
            _ => new(FailureCode.Incomplete, "The upstream broke off, and another one gave a different answer."),
        };
        await client.FailAsync(failure);
        return new(failure, SourceIsReusable: false);
    }

    private async ValueTask<RelayResult> EndOfSourceAsync(ReadStatus status)
    {
        if (lifetime.ToFailure() is { } cancelled)
            return await FailAsync(cancelled);
        if (!relay.Rules.IsComplete)
            return await BreakAsync(EndedBy() ?? Cut(), waitIsOutstanding: false);
        await client.FinishAsync(relay.Rules.EndsWithDone);
        return new(null, SourceIsReusable: status == ReadStatus.End);
    }

    private async ValueTask<RelayResult> EndIdleAsync()
    {
        // Nothing more is to come, and everything has come: an upstream that forgot to close.
        if (relay.Rules.IsComplete)
        {
            await client.FinishAsync(relay.Rules.EndsWithDone);
            return new(null, SourceIsReusable: false);
        }

        return await BreakAsync(new(FailureCode.IdleTimeout, "The upstream sent no event within its idle time."), waitIsOutstanding: true);
    }

    private async ValueTask<RelayResult> BreakAsync(Failure failure, bool waitIsOutstanding)
    {
        if (lifetime.Reason == CancelReason.None && MayResume())
            return new(failure, SourceIsReusable: false) { IsBroken = true, WaitIsOutstanding = waitIsOutstanding };
        return await FailAsync(failure);
    }

    private async ValueTask<RelayResult> FailAsync(Failure failure)
    {
        if (failure.Code != FailureCode.ClientClosed)
            await client.FailAsync(failure);
        return new(failure, SourceIsReusable: false);
    }

    private static Failure Cut() => new(FailureCode.Incomplete, "The upstream ended the stream before the answer was complete.");
}
