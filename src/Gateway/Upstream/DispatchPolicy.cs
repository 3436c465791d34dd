using Gateway.Configuration;
using Gateway.Upstream.Hedging;
using Gateway.Upstream.Retries;

namespace Gateway.Upstream;

/// <summary>How a router's requests are retried and hedged, with the budgets they share.</summary>
/// <param name="retries">The router's.</param>
/// <param name="hedging">The router's.</param>
/// <param name="times">Of all routers.</param>
/// <param name="time">The clock.</param>
/// <param name="before">The router's policy until now: a budget whose share is still the same goes on.</param>
internal sealed class DispatchPolicy(RetryOptions retries, HedgingOptions hedging, ContentTimesRegistry times, TimeProvider time, DispatchPolicy? before = null)
{
    internal RetryOptions Retries { get; } = retries;

    internal HedgingOptions Hedging { get; } = hedging;

    internal RetryBudget RetryBudget { get; } = before is not null && before.Retries.Budget == retries.Budget ? before.RetryBudget : new(retries.Budget, time);

    internal HedgeBudget HedgeBudget { get; } = before is not null && before.Hedging.Budget == hedging.Budget ? before.HedgeBudget : new(hedging.Budget);

    internal ContentTimesRegistry Times { get; } = times;

    /// <summary>Whether the router's hedging is on for requests of this kind.</summary>
    internal bool Hedges(UpstreamCall call) => Hedging.Delay is not null && Hedging.MaxHedges > 0 && call.MayBeHedged && (call.IsStream || Hedging.Unary);

    /// <summary>How long to wait for content before a second replica is asked; null: no hedge (off, or too little is known yet).</summary>
    internal TimeSpan? HedgeDelay(UpstreamCall call, in Candidate candidate) => HedgePlan.Delay(Hedging, call.IsStream, TimesOf(call, candidate));

    /// <summary>Takes a token from both budgets, or from none.</summary>
    internal bool TryTakeHedge()
    {
        if (!HedgeBudget.TryTake())
            return false;
        if (RetryBudget.TryTake())
            return true;
        HedgeBudget.Return();
        return false;
    }

    internal void ReturnHedge()
    {
        HedgeBudget.Return();
        RetryBudget.Return();
    }

    /// <summary>An attempt brought its first content, or its whole answer, after <paramref name="elapsed"/>.</summary>
    internal void Observe(UpstreamCall call, in Candidate candidate, TimeSpan elapsed)
    {
        // How long a file or an image takes says nothing about the next request.
        if (call.PassesThrough)
            return;
        candidate.Replica.LatencyOf(call.IsStream).Observe(elapsed);
        if (Hedges(call))
            TimesOf(call, candidate).Observe(elapsed);
    }

    /// <summary>An attempt was given up after <paramref name="elapsed"/>, without content.</summary>
    internal void ObserveCensored(UpstreamCall call, in Candidate candidate, TimeSpan elapsed)
    {
        if (call.PassesThrough)
            return;
        candidate.Replica.LatencyOf(call.IsStream).ObserveAtLeast(elapsed);
        if (Hedges(call))
            TimesOf(call, candidate).ObserveCensored(elapsed);
    }

    private ContentTimes TimesOf(UpstreamCall call, in Candidate candidate) =>
        Times.For(candidate.Replica.Provider.Name, candidate.Model, call.Endpoint, call.IsStream);
}
