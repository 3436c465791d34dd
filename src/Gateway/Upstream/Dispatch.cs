using Gateway.Failures;
using Gateway.Health;
using Gateway.Limits;
using Gateway.Relay;
using Gateway.Telemetry;
using Gateway.Upstream.Hedging;
using Gateway.Upstream.Retries;

namespace Gateway.Upstream;

/// <summary>
/// One request's way through its candidates until one answers: whom to ask next, whether to wait before, when to give up. All of it inside the
/// request's deadline and its router's budgets.
/// </summary>
internal sealed class Dispatch
{
    private readonly CandidateQueue _queue;
    private readonly DispatchPolicy _policy;
    private readonly RequestLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly AttemptStart? _start;
    private readonly AttemptLedger _ledger;
    private AttemptResult _last = null!;
    private Candidate _lastAsked;
    private TimeSpan _waited;
    private int _made;
    private int _waits;
    private bool _askedEquivalent;

    /// <param name="call">What to ask.</param>
    /// <param name="candidates">Best first; may be empty.</param>
    /// <param name="policy">The router's.</param>
    /// <param name="lifetime">The request's cancellation and deadline.</param>
    /// <param name="outcome">Takes a record of every attempt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For jitter and ids.</param>
    /// <param name="start">Makes one attempt; null: at an upstream, as <see cref="Attempt"/>.</param>
    internal Dispatch(
        UpstreamCall call, List<Candidate> candidates, DispatchPolicy policy, RequestLifetime lifetime, RequestOutcome outcome, TimeProvider time, Random random, AttemptStart? start = null)
    {
        Call = call;
        _queue = new(candidates);
        _policy = policy;
        _lifetime = lifetime;
        _time = time;
        _random = random;
        _start = start;
        _ledger = new(call, _queue, policy, outcome);
    }

    /// <summary>What is asked.</summary>
    internal UpstreamCall Call { get; }

    /// <summary>Attempts that count against the maximum.</summary>
    private int Counted => _made - _ledger.Unconnected;

    /// <summary>Why the next attempt is made.</summary>
    private AttemptKind NextKind => Call.Resumes ? AttemptKind.Resume : _made == 0 ? AttemptKind.First : AttemptKind.Retry;

    /// <summary>Asks until there is an answer, or nobody left to ask. Never throws for an upstream's sake.</summary>
    internal Task<AttemptResult> RunAsync()
    {
        _policy.RetryBudget.Add();
        bool hedges = _policy.Hedges(Call);
        if (hedges)
            _policy.HedgeBudget.Add();
        return AskUntilAnsweredAsync(hedges);
    }

    /// <summary>The answer broke off after content: asks others to go on with it (<see cref="UpstreamCall.Record"/>).</summary>
    internal Task<AttemptResult> ResumeAsync(Failure broken)
    {
        Call.Resumes = true;
        _last = AttemptResult.Failed(FailureReason.Incomplete, broken);
        return AskUntilAnsweredAsync(hedges: false);
    }

    private async Task<AttemptResult> AskUntilAnsweredAsync(bool hedges)
    {
        while (true)
        {
            Turn turn = Choose();
            if (turn.Wait > TimeSpan.Zero && !await PauseAsync(turn.Wait))
                return AttemptResult.Cancelled(_lifetime.ToFailure()!);
            if (turn.Candidate is not { } candidate)
            {
                if (turn.IsOver)
                    return WithShortestPause(_last);
                continue;
            }

            ProviderPass? pass = null;
            if (candidate.Replica.Provider.Gate is { } gate)
            {
                // Before anything is measured or races: what an attempt waits here, its replica has no part in.
                long arrived = _time.GetTimestamp();
                (pass, LimitVerdict refusal) = await gate.EnterAsync(Call, mayWait: true, _lifetime.Token);
                if (pass is null)
                {
                    Enter(candidate, AttemptResult.NotAdmitted(refusal, _lifetime.ToFailure()), arrived, turn.HoldsTrial);
                    continue;
                }
            }

            if (hedges && _policy.HedgeDelay(Call, candidate) is { } delay)
            {
                await RaceAsync(candidate, pass, delay, turn.HoldsTrial);
            }
            else
            {
                long started = _time.GetTimestamp();
                Enter(candidate, await StartAsync(candidate, pass, CancellationToken.None), started, turn.HoldsTrial);
            }

            if (_last.Response is not null)
                return _last;
        }
    }

    private Task<AttemptResult> StartAsync(Candidate candidate, ProviderPass? pass, CancellationToken given) =>
        _start?.Invoke(candidate, pass, given) ?? new Attempt(Call, candidate, _lifetime, _time, _random, pass, given).RunAsync();

    private async Task RaceAsync(Candidate first, ProviderPass? pass, TimeSpan delay, bool holdsTrial)
    {
        Race race = new(Call, _queue, _policy, delay, _policy.Retries.MaxAttempts - Counted, _ledger, _time, StartAsync);
        _last = await race.RunAsync(first, pass, NextKind, holdsTrial);
        _made += race.Made;
        _lastAsked = race.Last;
    }

    private void Enter(in Candidate candidate, AttemptResult result, long started, bool holdsTrial)
    {
        _last = result;
        _ledger.Enter(candidate, result, _time.GetElapsedTime(started), NextKind, holdsTrial);
        _made++;
        _lastAsked = candidate;
    }

    private Turn Choose()
    {
        bool isFirst = _made == 0;
        if (!isFirst && IsSettled())
            return Turn.Over;
        if (!isFirst && _last.Verdict == AttemptVerdict.ContextTooLong)
            return _queue.NextModel(_lastAsked.Model) is { } equivalent && MayRetry(equivalent) ? new(equivalent) : Turn.Over;
        if (Next(out bool holdsTrial) is { } next)
            return isFirst || MayRetry(next) ? new(next) { HoldsTrial = holdsTrial } : GiveUp(next, holdsTrial);
        if (_queue.FirstToCool(out TimeSpan pause) is { } cooling)
        {
            if (MayWait(pause, cooling) && _made < _policy.Retries.MaxAttempts)
                return WaitForCooling(pause);
        }

        if (_queue.LastResort() is { } kept)
            return isFirst || MayRetry(kept) ? new(kept) : Turn.Over;
        return isFirst ? NothingToAsk() : AskAgain();
    }

    /// <summary>The last attempt allowed goes to a provider that has not been asked yet, if there is one.</summary>
    private Candidate? Next(out bool holdsTrial)
    {
        holdsTrial = false;
        if (_made > 0 && Counted == _policy.Retries.MaxAttempts - 1 && _queue.NextElsewhere(out holdsTrial) is { } elsewhere)
            return elsewhere;
        return _queue.Next(_lastAsked.Replica?.Provider, out holdsTrial);
    }

    private bool IsSettled()
    {
        // Audio and images: nobody is asked for twice what was sent, or begun to be sent, once.
        if (Call.PassesThrough && !_last.NeverConnected && _last.Verdict != AttemptVerdict.Saturated)
            return true;
        if (_last.Verdict is AttemptVerdict.Refused or AttemptVerdict.Diverged or AttemptVerdict.Cancelled || _ledger.ServerFaults > 1 || Counted >= _policy.Retries.MaxAttempts)
            return true;
        if (_last.Verdict != AttemptVerdict.ContextTooLong)
            return false;
        bool mayFallBack = _policy.Retries.FallBackOnContextLength && !_askedEquivalent;
        _askedEquivalent = true;
        return !mayFallBack;
    }

    /// <summary>An attempt that cannot finish in time is not started; one that costs the upstream work needs a token.</summary>
    private bool MayRetry(in Candidate candidate)
    {
        if (_lifetime.Remaining(_time) < LeastTime(candidate))
            return false;
        return _last.NeverConnected || _policy.RetryBudget.TryTake();
    }

    private static Turn GiveUp(in Candidate candidate, bool holdsTrial)
    {
        if (holdsTrial)
            candidate.Replica.Health.AbandonTrial();
        return Turn.Over;
    }

    /// <summary>What follows the wait must have a chance to finish too.</summary>
    private bool MayWait(TimeSpan pause, in Candidate cooling) =>
        _waited + pause <= _policy.Retries.MaxRetryAfter && pause + Spread(pause) < _lifetime.Remaining(_time) - LeastTime(cooling);

    /// <summary>Half of what the replica takes as a rule: less time than that is no use.</summary>
    private TimeSpan LeastTime(in Candidate candidate) => candidate.Replica.LatencyOf(Call.IsStream).Value / 2;

    /// <summary>Those that wait for the same replica must not all arrive in the same instant.</summary>
    private static TimeSpan Spread(TimeSpan pause) => TimeSpan.FromMilliseconds(1 + Math.Min(100, pause.TotalMilliseconds / 10));

    private Turn WaitForCooling(TimeSpan pause)
    {
        _queue.ReopenCooling();
        _waited += pause;
        return new(null) { Wait = pause + (Spread(pause) * _random.NextDouble()) + TimeSpan.FromMilliseconds(1) };
    }

    /// <summary>Everybody has been asked: after a wait, the best one once more.</summary>
    private Turn AskAgain()
    {
        bool isTransient = _last.Verdict is AttemptVerdict.Failed or AttemptVerdict.Saturated;
        if (!isTransient || _made >= _policy.Retries.MaxAttempts || _queue.Again() is not { } again)
            return Turn.Over;
        TimeSpan wait = Backoff.Wait(++_waits, _policy.Retries, _random);
        return wait < _lifetime.Remaining(_time) - LeastTime(again) && MayRetry(again) ? new(again) { Wait = wait } : Turn.Over;
    }

    private Turn NothingToAsk()
    {
        _last = Unavailable();
        return Turn.Over;
    }

    /// <summary>Nobody was asked: everybody who serves the model has asked for a pause, or has been taken out.</summary>
    private AttemptResult Unavailable()
    {
        if (_queue.FirstToCool(out TimeSpan pause) is not { } cooling)
            return AttemptResult.Cancelled(new(FailureCode.NoHealthyReplica, "No replica serves this model now.") { RetryAfter = TimeSpan.FromSeconds(1) });
        return AttemptResult.Cancelled(cooling.Replica.Health.IsRateLimited
            ? new(FailureCode.UpstreamRateLimited, "The upstream's rate limit is reached.") { RetryAfter = pause }
            : new(FailureCode.UpstreamOverloaded, "The upstream is overloaded and has asked for a pause.") { RetryAfter = pause });
    }

    /// <summary>Of several replicas that asked for a pause, the client need not wait for the slowest.</summary>
    private AttemptResult WithShortestPause(AttemptResult last)
    {
        if (last.Verdict is not (AttemptVerdict.RateLimited or AttemptVerdict.Overloaded) || _queue.FirstToCool(out TimeSpan pause) is null || pause >= last.Failure!.RetryAfter)
            return last;
        return last with { Failure = last.Failure with { RetryAfter = pause } };
    }

    private async ValueTask<bool> PauseAsync(TimeSpan wait)
    {
        await Task.Delay(wait, _time, _lifetime.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_lifetime.Token.IsCancellationRequested;
    }

    /// <summary>What comes next: somebody to ask, a wait, both, or the end.</summary>
    private readonly record struct Turn(Candidate? Candidate)
    {
        internal static Turn Over => new(null) { IsOver = true };

        public TimeSpan Wait { get; init; }

        public bool HoldsTrial { get; init; }

        public bool IsOver { get; init; }
    }
}
