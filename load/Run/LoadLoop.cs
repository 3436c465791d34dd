using Gateway.Load.Answers;
using Gateway.Load.Arrivals;
using Gateway.Load.Measures;
using Gateway.Load.Requests;

namespace Gateway.Load.Run;

/// <summary>Decides when requests start: an open loop by the clock, a closed loop by the answers.</summary>
internal sealed class LoadLoop(RunOptions options, Target target, RequestSender sender, Recorder recorder, LoadClock clock, Random random)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly long _from = clock.Now;
    private readonly long _warmup = LoadClock.Of(options.Warmup);
    private readonly long _until = LoadClock.Of(options.Warmup + options.Duration);
    private readonly List<Task> _running = [];

    // Ctrl-C: a conversation in flight ends with the answer it waits for.
    private CancellationToken _stop;
    private long _started;
    private volatile int _allowed;

    public long Started => Volatile.Read(ref _started);

    /// <summary>When measuring begins.</summary>
    public long MeasureFrom => _from + _warmup;

    /// <summary>Starts requests until the time or the count is used up, or the token says stop; those in flight go on.</summary>
    /// <returns>Completes when the last request has ended.</returns>
    public async Task<Task> StartAsync(IReadOnlyList<TraceEntry>? trace, CancellationToken stop)
    {
        _stop = stop;
        try
        {
            if (trace is not null)
                await ReplayAsync(trace, stop);
            else if (options.Rate is { } rate)
                await OpenAsync(new RateArrivals(rate, options.Gaps, options.Burstiness ?? 1, random), stop);
            else
                await ClosedAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what is in flight is still waited for.
        }

        _allowed = 0;
        return AllEndedAsync();
    }

    private async Task OpenAsync(RateArrivals arrivals, CancellationToken stop)
    {
        // The warm-up has the rate of the beginning; the profile's own clock starts after it.
        double warm = options.Warmup.TotalSeconds;
        if (warm > 0)
        {
            RateArrivals before = new(Profile.Constant(Math.Max(options.Rate!.At(0), 0.001)), options.Gaps, options.Burstiness ?? 1, random);
            await PaceAsync(before, 0, _warmup, stop);
        }

        await PaceAsync(arrivals, _warmup, _until, stop);
    }

    private async Task PaceAsync(RateArrivals arrivals, long from, long until, CancellationToken stop)
    {
        while (arrivals.Next() is var seconds && seconds < LoadClock.Seconds(until - from) && Started < options.MaxRequests)
        {
            long intended = _from + from + (long)(seconds * LoadClock.Second);
            await WaitUntilAsync(intended, stop);
            Launch(intended, null);
        }

        if (Started < options.MaxRequests)
            await WaitUntilAsync(_from + until, stop);
    }

    private async Task ReplayAsync(IReadOnlyList<TraceEntry> trace, CancellationToken stop)
    {
        foreach (TraceEntry entry in trace)
        {
            if (entry.At >= options.Duration.TotalSeconds || Started >= options.MaxRequests)
                return;
            long intended = _from + (long)(entry.At * LoadClock.Second);
            await WaitUntilAsync(intended, stop);
            Launch(intended, entry);
        }
    }

    private void Launch(long intended, TraceEntry? entry)
    {
        if (Volatile.Read(ref recorder.InFlight) >= options.MaxInFlight)
        {
            Interlocked.Increment(ref _started);
            recorder.Complete(new Exchange { Intended = intended, Sent = intended, End = clock.Now, Error = ErrorKinds.NotSent, Measured = IsMeasured(intended) });
            return;
        }

        Task task = entry is { HasLengths: true } lengths
            ? SendOneAsync(target.Requests.Next(lengths.PromptTokens, lengths.OutputTokens), intended)
            : UnitAsync(intended);
        if (task.IsCompleted)
            return;
        lock (_running)
        {
            // Ended ones leave when the list has doubled, so that a long run keeps a short list.
            if (_running.Count == _running.Capacity)
                _running.RemoveAll(static ended => ended.IsCompleted);
            _running.Add(task);
        }
    }

    private async Task ClosedAsync(CancellationToken stop)
    {
        while (clock.Now - _from < _until && Started < options.MaxRequests)
        {
            stop.ThrowIfCancellationRequested();
            int wanted = (int)Math.Round(options.Concurrency.At(LoadClock.Seconds(Math.Max(0, clock.Now - MeasureFrom))));
            _allowed = wanted;
            // A worker above what is allowed ends by itself, after its request; allowed again, it is started again if it has ended meanwhile.
            for (int number = 0; number < wanted; number++)
            {
                if (number == _running.Count)
                    _running.Add(WorkAsync(number, stop));
                else if (_running[number].IsCompletedSuccessfully)
                    _running[number] = WorkAsync(number, stop);
            }

            await Task.Delay(Tick, clock.Time, stop);
        }
    }

    private async Task WorkAsync(int number, CancellationToken stop)
    {
        while (number < _allowed && !stop.IsCancellationRequested && clock.Now - _from < _until && Started < options.MaxRequests)
        {
            if (!await UnitAsync(clock.Now))
                await Task.Delay(Tick, clock.Time, CancellationToken.None);
        }
    }

    /// <summary>One request, or one conversation.</summary>
    /// <returns>False: it failed; a closed loop then pauses for a moment instead of hammering a target that is not there.</returns>
    private async Task<bool> UnitAsync(long intended)
    {
        if (!options.Requests.HasSessions)
            return !(await SendOneAsync(target.Requests.Next(), intended)).Failed;

        (Dialogue dialogue, int turns) = target.Requests.NextSession();
        for (int turn = 1; ; turn++)
        {
            (bool failed, AnswerReader? answer) = await SendOneAsync(target.Requests.Turn(dialogue), intended);
            if (answer is null)
                return !failed;
            if (turn >= turns || _stop.IsCancellationRequested || clock.Now - _from >= _until || Started >= options.MaxRequests)
                return true;
            dialogue = target.Requests.Continue(dialogue, string.Concat(answer.Content ?? []));
            if (options.Requests.TurnDelay > TimeSpan.Zero)
                await Task.Delay(options.Requests.TurnDelay, clock.Time, CancellationToken.None);
            intended = clock.Now;
        }
    }

    private Task<(bool Failed, AnswerReader? Answer)> SendOneAsync(PreparedRequest request, long intended)
    {
        Interlocked.Increment(ref _started);
        return sender.SendAsync(request, intended, IsMeasured(intended));
    }

    private bool IsMeasured(long intended) => intended >= MeasureFrom;

    private async Task WaitUntilAsync(long time, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        // Timers here have whole milliseconds; less is not waited for, so a request may start up to one early rather than always late.
        while (time - clock.Now is var left && left >= LoadClock.Millisecond)
            await Task.Delay(TimeSpan.FromTicks(left / 100), clock.Time, stop);
    }

    private async Task AllEndedAsync()
    {
        Task[] running;
        lock (_running)
            running = [.. _running];
        await Task.WhenAll(running);
    }
}
