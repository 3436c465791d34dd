using Gateway.Failures;
using Gateway.Streaming.Requests;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Limits;

/// <summary>
/// The limits of whoever asks, key and router together, on a request's way: <see cref="AdmitAsync"/> before its body is read; when it is known
/// <see cref="ReserveAsync"/>, or <see cref="CountAsync"/> where no upstream is asked for it; <see cref="Settle"/> when it is over, whichever way that was. Each sets
/// the <c>x-ratelimit-*</c> headers of what it knows. An upstream call that several wait for has its tokens itself (<see cref="HandOver"/>,
/// <see cref="ReserveCallAsync"/>) and is settled on its own.
/// </summary>
internal sealed class ClientLimits(ILimits limits)
{
    private readonly LimitClaimPool _claims = new();

    /// <summary>Takes one request and one slot; the answer is a refusal, or null.</summary>
    /// <param name="key">The client key's limits; null: none.</param>
    /// <param name="router">The router's; null: none.</param>
    /// <param name="response">Gets the headers.</param>
    /// <param name="outcome">Holds the claim until <see cref="Settle"/>.</param>
    /// <param name="cancellation">The client leaves.</param>
    internal ValueTask<Failure?> AdmitAsync(LimitScope? key, LimitScope? router, HttpResponse response, RequestOutcome outcome, CancellationToken cancellation)
    {
        if (key is null && router is null)
            return default;
        LimitClaim claim = outcome.Claim = _claims.Rent();
        claim.First = key;
        claim.Second = router;
        return JudgeAsync(limits.AdmitAsync(claim, cancellation), response, outcome);
    }

    /// <summary>A request that costs no tokens: it counts, and an exhausted token limit does not refuse it.</summary>
    internal ValueTask<Failure?> CountAsync(HttpResponse response, RequestOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.Claim is not { HasTokenLimit: true, IsReserved: false } claim)
            return default;
        claim.IsTokenFree = true;
        return JudgeAsync(limits.ReserveAsync(claim, cancellation), response, outcome);
    }

    /// <summary>Takes what the request may use, once.</summary>
    internal ValueTask<Failure?> ReserveAsync(RequestFields fields, ReadOnlySpan<byte> body, HttpResponse response, RequestOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.Claim is not { IsReserved: false } claim)
            return default;
        claim.IsTokenFree = false;
        if (claim.HasTokenLimit)
        {
            outcome.Estimate = TokenEstimate.Of(fields, body);
            claim.Tokens = outcome.Estimate.Total;
        }

        return JudgeAsync(limits.ReserveAsync(claim, cancellation), response, outcome);
    }

    /// <summary>From now on what the request has reserved is the call's, which may outlast it.</summary>
    internal void HandOver(RequestOutcome request, RequestOutcome call)
    {
        if (request.Claim is not { IsReserved: true } claim)
            return;
        LimitClaim own = NewClaim(claim, call, request.Estimate);
        own.IsReserved = true;
        own.IsShared = claim.IsShared;
        claim.IsReserved = false;
    }

    /// <summary>Takes what a call may use that nobody waits for, from the limits of the request that gave rise to it. False: there is no room.</summary>
    internal ValueTask<bool> ReserveCallAsync(RequestFields fields, ReadOnlySpan<byte> body, RequestOutcome request, RequestOutcome call)
    {
        if (request.Claim is not { HasTokenLimit: true } claim)
            return new(true);
        return TakeForCallAsync(NewClaim(claim, call, TokenEstimate.Of(fields, body)), call);
    }

    private async ValueTask<bool> TakeForCallAsync(LimitClaim own, RequestOutcome call)
    {
        LimitVerdict verdict = await limits.ReserveAsync(own, CancellationToken.None);
        if (!verdict.IsGranted)
            Settle(call);
        return verdict.IsGranted;
    }

    private LimitClaim NewClaim(LimitClaim request, RequestOutcome call, TokenEstimate estimate)
    {
        LimitClaim own = call.Claim = _claims.Rent();
        (own.First, own.FirstState) = (request.First, request.FirstState);
        (own.Second, own.SecondState) = (request.Second, request.SecondState);
        own.IsOfCall = true;
        call.Estimate = estimate;
        own.Tokens = estimate.Total;
        return own;
    }

    /// <summary>Gives the slot back and corrects the reservation; does nothing for a request without limits.</summary>
    internal void Settle(RequestOutcome outcome)
    {
        if (outcome.Claim is not { } claim)
            return;
        outcome.Claim = null;
        if (claim.IsReserved)
            limits.Settle(claim, UsedBy(outcome));
        if (claim.IsAdmitted)
            limits.Release(claim);
        _claims.Return(claim);
    }

    /// <summary>
    /// As reported. Where nothing was reported: nothing if no upstream was asked or none had content to give, the estimated prompt and what was relayed
    /// otherwise; also if the client left, or its deadline passed, while an upstream worked on it.
    /// </summary>
    private static long UsedBy(RequestOutcome outcome)
    {
        if (outcome.IsFree)
            return 0;
        bool hasContent = outcome.Usage is not null || outcome.ContentChunks > 0 || outcome.Failure is null;
        bool wasWorkedOn = outcome.Attempts.Count > 0 && outcome.Failure?.Code is FailureCode.ClientClosed or FailureCode.TotalTimeout;
        return hasContent || wasWorkedOn
            ? outcome.Estimate.Used(outcome.Usage, outcome.ContentChunks, outcome.ContentChunks > 0 || outcome.Failure is not null ? 0 : outcome.ResponseBytes)
            : 0;
    }

    /// <summary>Local limits answer at once: no state machine then.</summary>
    private static ValueTask<Failure?> JudgeAsync(ValueTask<LimitVerdict> pending, HttpResponse response, RequestOutcome outcome) => pending.IsCompletedSuccessfully
        ? new(Judge(pending.Result, response, outcome))
        : AwaitAsync(pending, response, outcome);

    private static async ValueTask<Failure?> AwaitAsync(ValueTask<LimitVerdict> pending, HttpResponse response, RequestOutcome outcome) => Judge(await pending, response, outcome);

    private static Failure? Judge(in LimitVerdict verdict, HttpResponse response, RequestOutcome outcome)
    {
        LimitHeaders.Set(response.Headers, verdict);
        if (verdict.IsGranted)
            return null;
        Failure failure = LimitFailures.Of(verdict);
        outcome.AddRejection(verdict.RefusedBy!.Label, FailureTable.Of(failure.Code).Code);
        return failure;
    }
}
