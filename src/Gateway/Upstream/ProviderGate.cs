using Gateway.Limits;

namespace Gateway.Upstream;

/// <summary>
/// What a provider allows us (<c>providers.*.rate-limit</c>): every attempt takes its place here before it is sent. Those that have to wait do so in
/// arrival order, whichever replica they are for: only the first one asks the limits, again when they said it would have room or a slot came free.
/// </summary>
/// <param name="scope">The provider's limits.</param>
/// <param name="limits">Where they are counted; perhaps together with other gateways.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderGate(LimitScope scope, ILimits limits, TimeProvider time)
{
    private const int MaxSpare = 256;

    /// <summary>A slot that another gateway, or an earlier configuration, gives back is told to nobody here.</summary>
    private static readonly TimeSpan SlotPoll = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly LinkedList<ProviderPass> _queue = new();
    private readonly Stack<ProviderPass> _spare = new();
    private LimitVerdict _lastRefusal = new() { RefusedBy = scope, Refused = LimitKind.ConcurrentRequests, RetryAfter = TimeSpan.FromSeconds(1) };
    private long _version;

    internal LimitScope Scope => scope;

    /// <summary>Attempts that wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>Takes one request, one slot and the tokens it may use.</summary>
    /// <param name="call">What is to be asked.</param>
    /// <param name="mayWait">False: now or not at all, and never past others that wait.</param>
    /// <param name="cancellation">Leaves the queue at once.</param>
    /// <returns>The pass, or why there is none; neither when it was cancelled.</returns>
    internal async ValueTask<GateEntry> EnterAsync(UpstreamCall call, bool mayWait, CancellationToken cancellation)
    {
        ProviderPass? pass = Join(call, mayWait);
        if (pass is null)
            return new(null, LastRefusal);
        bool isGranted = false;
        try
        {
            LimitVerdict verdict = pass.Node.List is null ? await TakeAsync(pass.Claim, cancellation) : await QueueAsync(pass, cancellation);
            isGranted = verdict.IsGranted;
            return isGranted ? new(pass, default) : new(null, verdict);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return default;
        }
        finally
        {
            LeaveQueue(pass);
            if (!isGranted)
            {
                pass.Used = 0;
                pass.Dispose();
            }
        }
    }

    /// <summary>The attempt is over: settles what it used and gives its slot to the next.</summary>
    internal void Leave(ProviderPass pass)
    {
        if (pass.Claim.IsReserved)
            limits.Settle(pass.Claim, pass.Used);
        if (pass.Claim.IsAdmitted)
            limits.Release(pass.Claim);
        pass.Claim.Reset();
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
                _spare.Push(pass);
            LookAgain();
        }
    }

    private LimitVerdict LastRefusal
    {
        get
        {
            lock (_lock)
                return _lastRefusal;
        }
    }

    /// <summary>
    /// Whoever may wait joins the queue, if only for a moment: nobody is overtaken between asking and waiting. Null: others wait, and this one may not.
    /// </summary>
    private ProviderPass? Join(UpstreamCall call, bool mayWait)
    {
        TokenEstimate estimate = scope.Options.TokensPerMinute is null ? default : TokenEstimate.Of(call.Fields, call.Body.Span);
        lock (_lock)
        {
            if (_queue.Count > 0 && !mayWait)
                return null;
            if (!_spare.TryPop(out ProviderPass? pass))
                pass = new(this);
            pass.Claim.First = scope;
            pass.Claim.Tokens = estimate.Total;
            pass.Estimate = estimate;
            pass.Used = estimate.Prompt;
            if (mayWait && scope.Options.QueueTimeout > TimeSpan.Zero)
                _queue.AddLast(pass.Node);
            return pass;
        }
    }

    private async ValueTask<LimitVerdict> QueueAsync(ProviderPass pass, CancellationToken cancellation)
    {
        long arrived = time.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isFirst = IsFirst(pass, out long version);
            LimitVerdict verdict = isFirst ? await TakeAsync(pass.Claim, cancellation) : LastRefusal;
            if (isFirst && verdict.IsGranted)
                return verdict;

            TimeSpan left = scope.Options.QueueTimeout - time.GetElapsedTime(arrived);
            // Requests come back with time alone: who cannot live to see it need not wait for it.
            if (left <= TimeSpan.Zero || (isFirst && verdict.Refused == LimitKind.RequestsPerMinute && verdict.RetryAfter > left))
                return verdict;
            TimeSpan wait = isFirst ? Shorter(left, verdict.Refused == LimitKind.ConcurrentRequests ? Shorter(verdict.RetryAfter, SlotPoll) : verdict.RetryAfter) : left;
            await Arm(pass, version).WaitAsync(WholeMilliseconds(wait), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What was taken in an earlier try is kept: a request that has got its slot waits only for its tokens.</summary>
    private async ValueTask<LimitVerdict> TakeAsync(LimitClaim claim, CancellationToken cancellation)
    {
        LimitVerdict verdict = claim.IsAdmitted ? default : await limits.AdmitAsync(claim, cancellation);
        if (verdict.IsGranted)
            verdict = await limits.ReserveAsync(claim, cancellation);
        if (verdict.IsGranted)
            return verdict;
        lock (_lock)
            _lastRefusal = verdict;
        return verdict;
    }

    private bool IsFirst(ProviderPass pass, out long version)
    {
        lock (_lock)
        {
            version = _version;
            return _queue.First == pass.Node;
        }
    }

    /// <summary>Completes when something happens; at once when something has since <paramref name="version"/>.</summary>
    private Task Arm(ProviderPass pass, long version)
    {
        lock (_lock)
        {
            if (_version != version && _queue.First == pass.Node)
                return Task.CompletedTask;
            pass.Signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return pass.Signal.Task;
        }
    }

    private void LeaveQueue(ProviderPass pass)
    {
        if (pass.Node.List is null)
            return;
        lock (_lock)
        {
            _queue.Remove(pass.Node);
            pass.Signal = null;
            LookAgain();
        }
    }

    /// <summary>Under the lock: whoever is first now may have room.</summary>
    private void LookAgain()
    {
        _version++;
        _queue.First?.Value.Signal?.TrySetResult();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Timers count in milliseconds; one that fires early would be set for nothing again and again.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), int.MaxValue));
}
