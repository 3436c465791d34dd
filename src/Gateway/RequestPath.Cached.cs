using Gateway.Admission;
using Gateway.Caching;
using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Failures;
using Gateway.Models;
using Gateway.Relay;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Streaming.Resume;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <content>Step 4: kept answers, and one upstream call for everyone who asks the same.</content>
internal sealed partial class RequestPath
{
    /// <summary>Null: the request goes on as any other.</summary>
    private CacheQuestion? AskCache(HttpContext http, Router router, ResolvedModel model, InboundRequest request, RequestOutcome outcome, in CacheDirectives directives)
    {
        ReadOnlySpan<byte> body = request.Body.Span;
        if (CacheEligibility.Allows(body, request.Fields, router.Cache, directives))
        {
            CacheTenant tenant = CacheTenant.Of(router.Cache.Scope, outcome.KeyId, router.Name);
            string name = model.Pinned is null ? model.UpstreamIds[0] : $"{model.Pinned.Name}/{model.UpstreamIds[0]}";
            if (CacheKeys.TryCompute(body, request.Fields, tenant, name, http.Request.Headers, http.Request.QueryString.Value ?? "", out CacheKey key))
                return new(key, directives, router.Cache, request.Model, model.UpstreamIds[0], outcome.KeyId);
        }

        outcome.Cache = CacheResult.Bypass;
        http.Response.Headers["x-gateway-cache"] = MetricLabels.Of(CacheResult.Bypass);
        return null;
    }

    /// <summary>A request at this step: what a flight needs to ask upstreams in its name.</summary>
    private sealed record CachedRequest(
        HttpContext Http, PublicRoute Route, Router Router, EndpointBalance Balance, ResolvedModel Model, InboundRequest Inbound, CacheQuestion Question, RequestOutcome Outcome);

    private async Task<Failure?> AnswerCachedAsync(CachedRequest asked, RequestLifetime lifetime)
    {
        (HttpContext http, _, Router router, _, _, InboundRequest request, CacheQuestion question, RequestOutcome outcome) = asked;
        Passenger passenger = new(http, question, request, cache.Store, lifetime, outcome, time);
        CachedAnswer? known = question.Directives.WantsNew ? null : await cache.Store.FindAsync(question.Key, lifetime.Token);
        DateTimeOffset now = time.GetUtcNow();
        bool isHit = known is not null && question.IsFresh(known, now);
        if (!isHit && !question.Directives.OnlyIfCached)
            return await BoardAsync(asked, passenger, known, lifetime);
        if (await limits.CountAsync(http.Response, outcome, lifetime.Token) is { } refused)
            return refused;
        if (isHit && await passenger.GiveAsync(known!, CacheResult.Hit) is { } hit)
        {
            if (question.IsDue(known!, now))
                Refresh(asked, known!);
            return await GiveAsync(http, request, router, () => Task.FromResult(hit), outcome, lifetime);
        }

        return question.Directives.OnlyIfCached ? NotCached() : await BoardAsync(asked, passenger, known, lifetime);
    }

    /// <summary>No kept answer will do: an upstream call of its own, or another's that is under way.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="passenger">Its side of the flight.</param>
    /// <param name="known">A kept answer that will not do, unless the upstream fails; null: none.</param>
    /// <param name="lifetime">Its cancellation.</param>
    private async Task<Failure?> BoardAsync(CachedRequest asked, Passenger passenger, CachedAnswer? known, RequestLifetime lifetime)
    {
        (HttpContext http, _, Router router, _, _, InboundRequest request, CacheQuestion question, RequestOutcome outcome) = asked;
        FlightRun? run = null;
        // It may have been kept since it was looked for.
        FlightSeat? seat = cache.Flights.Board(question.Key, request.Fields.Stream, () => IsKeptAnew(question, known) ? null : NewFlight(asked, out run));
        if (seat is not { } boarded)
            return await AnswerCachedAsync(asked, lifetime);
        Failure? refused = run is null ? await limits.CountAsync(http.Response, outcome, lifetime.Token) : await TakeOffAsync(asked, run, lifetime);
        if (refused is null && await boarded.Flight.TakesOff)
        {
            passenger.Met(boarded.Leads ? CacheResult.Miss : CacheResult.Coalesced);
            outcome.SharesCall = true;
            CachedAnswer? bridge = question.Options.FailSafe > TimeSpan.Zero ? known : null;
            Boarding boarding = new(boarded, lifetime.Token);
            return await GiveAsync(http, request, router, () => passenger.FlyAsync(boarding, bridge), outcome, lifetime, bridge is null ? boarded.Reader : null);
        }

        boarded.Leave();
        // Where it was the leader's limits that had no room, this one's may have.
        refused ??= await limits.ReserveAsync(request.Fields, request.Body.Span, http.Response, outcome, lifetime.Token);
        return refused ?? await BoardAsync(asked, passenger, known, lifetime);
    }

    private bool IsKeptAnew(CacheQuestion question, CachedAnswer? known) =>
        !question.Directives.WantsNew && cache.Store.Peek(question.Key) is { } kept && !ReferenceEquals(kept.Body, known?.Body) && question.IsFresh(kept, time.GetUtcNow());

    /// <summary>Whoever leads pays the call, so it begins when there is room for its tokens; whoever joins meanwhile waits for that, which is bounded.</summary>
    private async Task<Failure?> TakeOffAsync(CachedRequest asked, FlightRun run, RequestLifetime lifetime)
    {
        bool mayGo = false;
        try
        {
            Failure? refused = await limits.ReserveAsync(asked.Inbound.Fields, asked.Inbound.Body.Span, asked.Http.Response, asked.Outcome, lifetime.Token);
            mayGo = refused is null;
            if (mayGo)
                limits.HandOver(asked.Outcome, run.Outcome);
            return refused;
        }
        finally
        {
            run.Decide(mayGo);
        }
    }

    private static Failure NotCached() => new(FailureCode.NotCached, "There is no cached answer to this request, and it asks for no other (only-if-cached).");

    /// <summary>Steps 6 and 7 with an answer from memory.</summary>
    private async Task<Failure?> GiveAsync(HttpContext http, InboundRequest request, Router router, Func<Task<AttemptResult>> ask, RequestOutcome outcome, RequestLifetime lifetime, FlightReader? reader = null)
    {
        if (!request.Fields.Stream)
        {
            long asked = time.GetTimestamp();
            AttemptResult result = await ask();
            outcome.Waited = time.GetElapsedTime(asked);
            if (result.Response is null)
                return result.Failure;
            using UpstreamResponse response = result.Response;
            return await WriteAnswerAsync(http, response, outcome);
        }

        StreamQuestion stream = new()
        {
            Endpoint = request.Fields.Endpoint,
            Model = request.Model,
            Keepalive = router.Keepalive,
            ClientStall = snapshot.Options.Server.ClientStall,
            AskAsync = ask,
            ReadyAsync = reader is null ? null : reader.WaitAsync,
        };
        return await AnswerStreamedAsync(http, stream, outcome, lifetime);
    }

    /// <summary>
    /// Asks an upstream for a newer answer, unless somebody does already; nobody waits for it. Its tokens count, and where there is no room for them it is
    /// not asked.
    /// </summary>
    private void Refresh(CachedRequest asked, CachedAnswer known)
    {
        FlightRun? run = null;
        CacheQuestion question = asked.Question;
        bool isStarted = known.TakeRefresh(time.GetUtcNow())
            && cache.Flights.StartEmpty(question.Key, asked.Inbound.Fields.Stream, () => IsKeptAnew(question, known) ? null : NewFlight(asked, out run));
        if (isStarted)
            _ = RefreshAsync(run!, limits.ReserveCallAsync(asked.Inbound.Fields, asked.Inbound.Body.Span, asked.Outcome, run!.Outcome));
    }

    private static async Task RefreshAsync(FlightRun run, ValueTask<bool> reserving)
    {
        bool mayGo = false;
        try
        {
            mayGo = await reserving;
        }
        finally
        {
            run.Decide(mayGo);
        }
    }

    private Flight NewFlight(CachedRequest leader, out FlightRun run)
    {
        (HttpContext http, PublicRoute route, Router router, EndpointBalance balance, ResolvedModel model, InboundRequest request, CacheQuestion question, RequestOutcome asked) = leader;
        bool isStream = request.Fields.Stream;
        RequestLifetime lifetime = new(CancellationToken.None, drain.GraceIsOver);
        RequestOutcome outcome = new() { Started = asked.Started, RequestId = asked.RequestId, Method = asked.Method, Path = asked.Path, Endpoint = asked.Endpoint, KeyId = asked.KeyId };
        (outcome.Router, outcome.ModelLabel, outcome.IsStream) = (asked.Router, asked.ModelLabel, isStream);
        List<Candidate> candidates = new(4);
        balance.Append(model.UpstreamIds, model.Pinned, balance.Begin(http.Request.Headers, request.Body.Span, request.Fields), candidates);
        if (candidates.Count > 0)
            lifetime.SetDeadline(candidates[0].Replica.Provider.Options.Timeouts.Total, time);

        // The leader's headers are gone with the leader.
        HeaderDictionary headers = [];
        foreach (KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> header in http.Request.Headers)
            headers[header.Key] = header.Value;
        AnswerRecord? record = isStream ? NewRecord(router, request) : null;
        UpstreamCall call = NewCall(http, route, request, record, outcome, headers, keepsUsage: true);
        call.Retain();
        PurgeMark began = cache.Store.Mark();
        Flight flight = new(question.Key, isStream, question.Options.MaxEntry, lifetime, () => cache.Store.IsPurged(began, question));
        run = new(flight, question, began, call, NewDispatch(call, candidates, router, lifetime, outcome), lifetime, outcome, cache, limits, metrics, log, time, random);
        return flight;
    }
}
