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
        Passenger passenger = new(http, question, request, lifetime, outcome, time);
        CachedAnswer? known = question.Directives.WantsNew ? null : await cache.Store.FindAsync(question.Key, lifetime.Token);
        DateTimeOffset now = time.GetUtcNow();
        if (known is not null && question.IsFresh(known, now) && await passenger.GiveAsync(known, CacheResult.Hit) is { } hit)
        {
            if (question.IsDue(known, now))
                Refresh(asked);
            return await GiveAsync(http, request, router, () => Task.FromResult(hit), outcome, lifetime);
        }

        if (question.Directives.OnlyIfCached)
            return NotCached();
        FlightRun? run = null;
        FlightSeat? seat = cache.Flights.Board(question.Key, request.Fields.Stream, () =>
        {
            // It may have been kept since the look above.
            bool isKept = !question.Directives.WantsNew && cache.Store.Peek(question.Key) is { } kept && kept != known && question.IsFresh(kept, time.GetUtcNow());
            return isKept ? null : NewFlight(asked, out run);
        });
        if (seat is not { } boarded)
            return await AnswerCachedAsync(asked, lifetime);
        _ = run?.RunAsync();
        passenger.Met(boarded.Leads ? CacheResult.Miss : CacheResult.Coalesced);
        outcome.SharesAttempts = true;
        CachedAnswer? bridge = question.Options.FailSafe > TimeSpan.Zero ? known : null;
        return await GiveAsync(http, request, router, () => passenger.FlyAsync(boarded, bridge), outcome, lifetime);
    }

    private static Failure NotCached() => new(FailureCode.NotCached, "There is no cached answer to this request, and it asks for no other (only-if-cached).");

    /// <summary>Steps 6 and 7 with an answer from memory.</summary>
    private async Task<Failure?> GiveAsync(HttpContext http, InboundRequest request, Router router, Func<Task<AttemptResult>> ask, RequestOutcome outcome, RequestLifetime lifetime)
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
        };
        return await AnswerStreamedAsync(http, stream, outcome, lifetime);
    }

    /// <summary>Asks an upstream for a newer answer, unless somebody does already; nobody waits for it.</summary>
    private void Refresh(CachedRequest asked)
    {
        FlightRun? run = null;
        FlightSeat? seat = cache.Flights.Board(asked.Question.Key, asked.Inbound.Fields.Stream, () => NewFlight(asked, out run));
        if (run is not null)
        {
            seat!.Value.Flight.GoOnAlone();
            _ = run.RunAsync();
        }

        seat?.Leave();
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
        Flight flight = new(question.Key, isStream, question.Options.MaxEntry, lifetime);
        run = new(flight, question, call, NewDispatch(call, candidates, router, lifetime, outcome), lifetime, outcome, cache, metrics, log, time, random);
        return flight;
    }
}
