using Gateway.Limits;
using Gateway.Telemetry;

namespace Gateway.Upstream.Hedging;

/// <summary>
/// An attempt and its hedges: when there is no content after the delay, another replica is asked as well; the first answer wins, the others'
/// connections are closed and nobody waits for them. A hedge needs a token from the hedge budget and one from the retry budget.
/// </summary>
/// <param name="call">What to ask; held for attempts that outlive the race.</param>
/// <param name="queue">Where hedges come from.</param>
/// <param name="policy">Budgets and limits.</param>
/// <param name="delay">Before the first hedge, and between two.</param>
/// <param name="attempts">Attempts that the request may still make, the first one included.</param>
/// <param name="ledger">Takes every attempt's end.</param>
/// <param name="time">The clock.</param>
/// <param name="start">Makes one attempt.</param>
internal sealed class Race(
    UpstreamCall call, CandidateQueue queue, DispatchPolicy policy, TimeSpan delay, int attempts, AttemptLedger ledger, TimeProvider time, AttemptStart start)
{
    private readonly List<Runner> _running = new(2);
    private readonly int _maxRunners = Math.Min(attempts, 1 + policy.Hedging.MaxHedges);
    private string _model = "";
    private (Candidate Candidate, AttemptResult Result)? _refusal;
    private (Candidate Candidate, AttemptResult Result)? _failed;
    private int _hedges;

    /// <summary>Attempts that were made.</summary>
    internal int Made { get; private set; }

    /// <summary>Whose result the race ended with.</summary>
    internal Candidate Last { get; private set; }

    /// <summary>Runs until somebody answers, or nobody runs any more.</summary>
    internal async Task<AttemptResult> RunAsync(Candidate first, ProviderPass? pass, AttemptKind kind, bool holdsTrial)
    {
        _model = first.Model;
        Start(first, pass, kind, holdsTrial);
        using CancellationTokenSource isOver = new();
        Task next = NextHedgeAsync(isOver.Token);
        while (true)
        {
            await Task.WhenAny([.. _running.Select(static runner => (Task)runner.Attempt), next]);
            if (_running.Find(static runner => runner.Attempt.IsCompleted) is { } over)
            {
                if (await TakeAsync(over) is not { } result)
                    continue;
                EndWait(isOver);
                return result;
            }

            next = TryHedge() ? NextHedgeAsync(isOver.Token) : Task.Delay(Timeout.InfiniteTimeSpan, time, isOver.Token);
        }
    }

    /// <summary>Right here: nobody else waits for it, and the winner must not change threads for it.</summary>
    private static void EndWait(CancellationTokenSource isOver) => isOver.Cancel();

    private void Start(Candidate candidate, ProviderPass? pass, AttemptKind kind, bool holdsTrial)
    {
        Made++;
        Runner runner = new(candidate, kind, holdsTrial, time.GetTimestamp());
        runner.Attempt = HeldAsync(runner, pass);
        _running.Add(runner);
    }

    /// <summary>The request's body stays until every attempt is over, those that nobody waits for included.</summary>
    private async Task<AttemptResult> HeldAsync(Runner runner, ProviderPass? pass)
    {
        call.Retain();
        try
        {
            if (runner.Kind == AttemptKind.Hedge && runner.Candidate.Replica.Provider.Gate is { } gate)
            {
                // A hedge is a luxury: it never waits for its provider's limit.
                (pass, LimitVerdict refusal) = await gate.EnterAsync(call, mayWait: false, runner.GivenUp);
                if (pass is null)
                    return AttemptResult.NotAdmitted(refusal, null);
            }

            return await start(runner.Candidate, pass, runner.GivenUp);
        }
        finally
        {
            call.Release();
        }
    }

    private Task NextHedgeAsync(CancellationToken isOver) =>
        Made < _maxRunners ? Task.Delay(delay, time, isOver) : Task.Delay(Timeout.InfiniteTimeSpan, time, isOver);

    private bool TryHedge()
    {
        if (!policy.TryTakeHedge())
        {
            ledger.HedgeWasDenied();
            return false;
        }

        if (queue.NextForHedge(_model) is not { } candidate)
        {
            policy.ReturnHedge();
            ledger.HedgeWasDenied();
            return false;
        }

        ledger.HedgeWasSent();
        _hedges++;
        Start(candidate, pass: null, AttemptKind.Hedge, holdsTrial: false);
        return true;
    }

    /// <summary>Takes one that has ended; null while the race goes on.</summary>
    private async ValueTask<AttemptResult?> TakeAsync(Runner over)
    {
        AttemptResult result = await over.Attempt;
        _running.Remove(over);
        if (over.Kind == AttemptKind.Hedge && result.Verdict == AttemptVerdict.OverLimit)
            return TakeRefusedHedge(over);
        ledger.Enter(over.Candidate, result, time.GetElapsedTime(over.Started), over.Kind, over.HoldsTrial);
        if (over.Kind == AttemptKind.Hedge)
            ledger.HedgeEnded(won: result.Response is not null);
        bool isFinal = result.Response is not null || result.Verdict == AttemptVerdict.Cancelled;
        if (result.Verdict is AttemptVerdict.Refused or AttemptVerdict.ContextTooLong)
        {
            // A hedge's refusal does not beat the first replica, which may still answer.
            isFinal = over.Kind != AttemptKind.Hedge;
            _refusal = (over.Candidate, result);
        }

        if (!isFinal && _running.Count > 0)
        {
            _failed = (over.Candidate, result);
            return null;
        }

        GiveUpOthers();
        (Last, AttemptResult told) = isFinal ? (over.Candidate, result) : _refusal ?? (over.Candidate, result);
        return told;
    }

    /// <summary>As if it had never been: it cost nothing, and says nothing about whom it was for.</summary>
    private AttemptResult? TakeRefusedHedge(Runner refused)
    {
        refused.Dispose();
        Made--;
        policy.ReturnHedge();
        ledger.HedgeWasRefused(isOnly: --_hedges == 0);
        if (_running.Count > 0)
            return null;
        (Last, AttemptResult told) = _refusal ?? _failed!.Value;
        return told;
    }

    private void GiveUpOthers()
    {
        foreach (Runner loser in _running)
        {
            loser.GiveUp();
            ledger.EnterLoser(loser.Candidate, time.GetElapsedTime(loser.Started), loser.Kind, loser.HoldsTrial);
            if (loser.Kind == AttemptKind.Hedge)
                ledger.HedgeEnded(won: false);
        }

        _running.Clear();
    }
}
