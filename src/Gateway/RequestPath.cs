using System.Runtime.CompilerServices;
using Gateway.Admission;
using Gateway.Caching;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Models;
using Gateway.Relay;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Streaming;
using Gateway.Streaming.Requests;
using Gateway.Streaming.Resume;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway;

/// <summary>
/// The map of a request's way. Steps and their folders, in order:
/// <code>
///   1 admit    Admission/   headers only: draining?, client key, router; limits: one request, one slot
///   2 receive  Requests/    body → one scan
///   3 resolve  Models/      model id, provider prefix, equivalents; may this key use it
///   4 cache    Caching/     a kept answer, or one upstream call for all who ask the same; limits: tokens, of whoever makes an upstream work
///   5 route    Routing/     candidates, in order
///   6 send     Upstream/    attempts until one answers
///   7 relay    Relay/       held events → client, keepalives, the end
///   8 record   Telemetry/   limits given back; outcome → metrics, access log
/// </code>
/// A step knows only those below it; failures travel as values and meet the client in <see cref="Responses"/>.
/// </summary>
internal sealed partial class RequestPath(Snapshot snapshot, ClientLimits limits, ResponseCache cache, DrainState drain, GatewayMetrics metrics, AccessLog accessLog, ILogger<RequestPath> log, TimeProvider time, Random random)
{
    /// <summary>Answers one request to a relayed endpoint.</summary>
    internal async Task RelayAsync(HttpContext http, PublicRoute route)
    {
        RequestOutcome outcome = NewOutcome(http, route);
        metrics.RequestStarted(outcome.Endpoint);
        http.Response.Headers["x-request-id"] = outcome.RequestId;
        using RequestLifetime lifetime = new(http.RequestAborted, drain.GraceIsOver);
        try
        {
            outcome.Failure = await RunAsync(http, route, outcome, lifetime);
            if (outcome.Failure is { Code: not FailureCode.ClientClosed } && !http.Response.HasStarted)
                await Responses.WriteFailureAsync(http, route.Endpoint, outcome.Failure, outcome);
        }
        catch (Exception exception)
        {
            outcome.Failure = lifetime.ToFailure() ?? Unexpected(http, exception, outcome.RequestId);
            if (!http.Response.HasStarted && outcome.Failure.Code != FailureCode.ClientClosed)
                await Responses.WriteFailureAsync(http, route.Endpoint, outcome.Failure, outcome);
        }
        finally
        {
            Record(http, outcome);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Failure?> RunAsync(HttpContext http, PublicRoute route, RequestOutcome outcome, RequestLifetime lifetime)
    {
        // 1 admit
        AccessDecision access = Admit(http, route);
        outcome.KeyId = access.Key?.Id;
        if (access is not { Router: { } router, Key: { } key })
            return access.Failure;
        outcome.Router = router.Name;
        Failure? failure = await limits.AdmitAsync(key.Limits, router.RateLimit, http.Response, outcome, lifetime.Token);
        if (failure is not null)
            return failure;

        // 2 receive
        outcome.DisconnectPhase = DisconnectPhase.Receiving;
        if (route.Endpoint.TakesFile())
            return await UploadAsync(http, route, router, key, outcome, lifetime);
        (InboundRequest? received, failure) = await RequestReceiver.ReceiveAsync(http, route.Endpoint, snapshot.Options.Server.MaxRequestBody, time, route.ModelId);
        if (received is null)
            return failure;
        try
        {
            (Dispatch? dispatch, failure) = await PrepareAsync(http, route, router, key, received, outcome, lifetime);
            if (dispatch is null)
                return failure;

            // 6 send, 7 relay. What waits for an upstream is awaited here: each method in between would be one more state machine to leave and to come back to.
            using AnswerRecord? record = dispatch.Call.Record;
            if (dispatch.Call.PassesThrough)
                return await PassAsync(http, dispatch, outcome, lifetime);
            if (dispatch.Call.IsStream)
                return await AnswerStreamedAsync(http, StreamQuestion.Of(dispatch, router.Keepalive, snapshot.Options.Server.ClientStall), outcome, lifetime);
            long sent = time.GetTimestamp();
            AttemptResult result = await dispatch.RunAsync();
            outcome.Waited = time.GetElapsedTime(sent);
            return result.Response is null ? result.Failure : await WriteWholeAsync(http, result.Response, outcome);
        }
        finally
        {
            received.Drop();
        }
    }

    /// <summary>Steps 3 to 5: whom to ask what; a failure; or neither, when it was answered from memory. As a rule there is nothing to wait for.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(Dispatch? Dispatch, Failure? Failure)> PrepareAsync(
        HttpContext http, PublicRoute route, Router router, ClientKey key, InboundRequest request, RequestOutcome outcome, RequestLifetime lifetime)
    {
        outcome.DisconnectPhase = DisconnectPhase.Waiting;
        outcome.RequestBytes = request.Body.Length;
        outcome.RequestedModel = request.Model;
        outcome.IsStream = request.Fields.Stream;

        // The client's own deadline holds from here on: looking up a model may already mean to wait for an upstream.
        (TimeSpan wanted, Failure? failure) = RequestDeadline.Of(http.Request);
        if (failure is not null)
            return (null, failure);
        if (wanted < TimeSpan.MaxValue)
            lifetime.SetDeadline(wanted, time);

        // 3 resolve
        EndpointBalance balance = router.For(route.Endpoint);
        (ResolvedModel? model, failure) = await snapshot.Resolver.ResolveAsync(balance, request.Model, route.NamesProvider, key.MayUseModel, lifetime.Token);
        if (model is null)
            return (null, failure);
        outcome.ModelLabel = model.Label;

        // 4 cache
        if (router.Cache.Enabled)
        {
            CacheDirectives directives = CacheDirectives.Of(http.Request.Headers);
            if (AskCache(http, router, model, request, outcome, directives) is { } asked)
                return (null, await AnswerCachedAsync(new(http, route, router, balance, model, request, asked, outcome), lifetime));
            if (directives.OnlyIfCached)
                return (null, await limits.CountAsync(http.Response, outcome, lifetime.Token) ?? NotCached());
        }

        failure = await limits.ReserveAsync(request.Fields, request.Body.Span, http.Response, outcome, lifetime.Token);
        if (failure is not null)
            return (null, failure);

        // 5 route
        List<Candidate> candidates = new(4);
        balance.Append(model.UpstreamIds, model.Pinned, balance.Begin(http.Request.Headers, request.Body.Span, request.Fields), candidates);
        TimeSpan total = candidates.Count == 0 ? TimeSpan.MaxValue : candidates[0].Replica.Provider.Options.Timeouts.Total;
        if (total < wanted)
            lifetime.SetDeadline(total, time);
        UpstreamCall call = NewCall(http, route, request, NewRecord(router, request), outcome, http.Request.Headers, keepsUsage: false);
        return (NewDispatch(call, candidates, router, lifetime, outcome), null);
    }

    private async Task<Failure?> AnswerStreamedAsync(HttpContext http, StreamQuestion question, RequestOutcome outcome, RequestLifetime lifetime)
    {
        using StreamedAnswer stream = new(http, question, lifetime, outcome, metrics, time, random);
        return await stream.RunAsync(response => WriteAnswerAsync(http, response, outcome));
    }

    private AccessDecision Admit(HttpContext http, PublicRoute route) => drain.IsClosed
        ? new(null, null, new(FailureCode.Draining, "The gateway is shutting down.") { RetryAfter = TimeSpan.FromSeconds(1) })
        : snapshot.Access.Decide(http.Request.Headers, route.Router);

    private RequestOutcome NewOutcome(HttpContext http, PublicRoute route) => new()
    {
        Started = time.GetTimestamp(),
        RequestId = RequestIds.Choose(http.Request.Headers["x-request-id"], random),
        Method = http.Request.Method,
        Path = http.Request.Path.Value ?? "",
        Endpoint = route.Endpoint,
        TraceId = TraceContext.TraceId(http.Request.Headers.TraceParent),
    };

    private static UpstreamCall NewCall(
        HttpContext http, PublicRoute route, InboundRequest request, AnswerRecord? record, RequestOutcome outcome, IHeaderDictionary headers, bool keepsUsage) => new()
        {
            Endpoint = route.Endpoint,
            Model = request.Model,
            Body = request.Body,
            BodyOwner = request,
            Record = record,
            MayBeHedged = !request.Fields.Store && !route.Endpoint.PassesThrough() && !HedgeIsOff(headers),
            Fields = request.Fields,
            Headers = headers,
            KeepsUsage = keepsUsage,
            Query = http.Request.QueryString.Value ?? "",
            RequestId = outcome.RequestId,
            TenantId = outcome.KeyId,
        };

    /// <summary>Null unless a broken stream may be resumed: never one with side effects, or with more in it than text.</summary>
    private static AnswerRecord? NewRecord(Router router, InboundRequest request)
    {
        RequestFields fields = request.Fields;
        if (router.MidStream != MidStreamMode.Resume || !fields.Stream || fields.Store || !AnswerRecord.Supports(fields.Endpoint))
            return null;
        ReadOnlySpan<byte> body = request.Body.Span;
        if (fields.TryFind(body, "audio"u8, out _) || (fields.TryFind(body, "logprobs"u8, out BodyMember logprobs) && !logprobs.ValueIn(body).SequenceEqual("false"u8)))
            return null;
        return new(fields.Endpoint, (int)Math.Min(fields.ExpectedChoices, int.MaxValue));
    }

    private Dispatch NewDispatch(UpstreamCall call, List<Candidate> candidates, Router router, RequestLifetime lifetime, RequestOutcome outcome) =>
        new(call, candidates, router.Policy, lifetime, outcome, time, random);

    private static bool HedgeIsOff(IHeaderDictionary headers) =>
        headers.TryGetValue("x-gateway-hedge", out StringValues value) && string.Equals(value, "off", StringComparison.OrdinalIgnoreCase);

    // 8 record
    private void Record(HttpContext http, RequestOutcome outcome)
    {
        limits.Settle(outcome);
        outcome.Duration = time.GetElapsedTime(outcome.Started);
        outcome.Result = ResultOf(http, outcome);
        outcome.Status = outcome.Failure?.Code == FailureCode.ClientClosed ? FailureTable.Of(FailureCode.ClientClosed).Status : http.Response.StatusCode;
        if (outcome.Result != RequestResult.ClientClosed)
            outcome.DisconnectPhase = null;
        metrics.RequestFinished(outcome);
        accessLog.Write(outcome);
    }

    private static RequestResult ResultOf(HttpContext http, RequestOutcome outcome) => outcome.Failure switch
    {
        null => RequestResult.Ok,
        { Code: FailureCode.ClientClosed } => RequestResult.ClientClosed,
        _ when outcome.IsCut || (http.Response.HasStarted && outcome.TimeToFirstToken is not null) => RequestResult.Incomplete,
        { Side: FailureSide.Client } => RequestResult.ClientError,
        _ => RequestResult.UpstreamError,
    };

    private Failure Unexpected(HttpContext http, Exception exception, string requestId)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return new(FailureCode.ClientClosed, "The client closed its connection.");
        Log.RequestFailed(log, exception, requestId);
        return new(FailureCode.Internal, "The gateway failed on this request; its log says why.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Root, LogLevel.Error, "Request {RequestId} failed unexpectedly")]
        internal static partial void RequestFailed(ILogger logger, Exception exception, string requestId);
    }
}
