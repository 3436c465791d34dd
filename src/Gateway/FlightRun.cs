using Gateway.Caching;
using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Relay;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway;

/// <summary>
/// The upstream call of a flight, from its first attempt to the answer that is kept: a request like any other, but with no client of its own. Its stream goes
/// the same way (<see cref="StreamedAnswer"/>), into the flight's buffer.
/// </summary>
internal sealed partial class FlightRun(
    Flight flight, CacheQuestion question, PurgeMark began, UpstreamCall call, Dispatch dispatch, RequestLifetime lifetime, RequestOutcome outcome,
    ResponseCache cache, ClientLimits limits, GatewayMetrics metrics, ILogger log, TimeProvider time, Random random)
{
    private static readonly KeepaliveOptions NoKeepalive = new() { Interval = TimeSpan.Zero };

    private readonly DefaultHttpContext _http = new();
    private byte[]? _whole;

    /// <summary>What is known of the call; with its tokens, where there is a limit.</summary>
    internal RequestOutcome Outcome => outcome;

    /// <summary>Begins, or is not to be; once. The flight is over, and off the table, when it ends.</summary>
    internal void Decide(bool mayGo)
    {
        if (mayGo)
        {
            flight.TakeOff();
            _ = RunAsync();
            return;
        }

        cache.Flights.Remove(flight);
        flight.Ground();
        Free();
    }

    /// <summary>Never throws.</summary>
    private async Task RunAsync()
    {
        // Whoever leads waits like everyone else.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Failure? failure;
        try
        {
            failure = flight.IsStream ? await StreamAsync() : await AskAsync();
        }
#pragma warning disable CA1031 // the edge of a request that is nobody's own: all of them are told
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = lifetime.ToFailure() ?? new(FailureCode.Internal, "The gateway failed on this request; its log says why.");
            if (failure.Code == FailureCode.Internal)
                Log.FlightFailed(log, exception, outcome.RequestId);
        }

        End(failure);
    }

    private void End(Failure? failure)
    {
        try
        {
            // Before anybody is told of the end: who asks again then is to find it.
            if (failure is null && MayKeep)
                cache.Keep(question, call.Endpoint, _whole is null ? AnswerShape.Stream : AnswerShape.Whole, _whole ?? flight.Buffer.ToArray(), outcome, began);
        }
        finally
        {
            cache.Flights.Remove(flight);
            outcome.Failure = failure;
            limits.Settle(outcome);
            if (failure is null && _whole is not null)
                flight.Begin(Head with { Whole = _whole });
            flight.End(failure is null ? null : FlightHead.Of(outcome, failure));
            metrics.CallFinished(outcome);
            Free();
        }
    }

    /// <summary>Not what an equivalent model answered: the model itself may the next time. Nor a stream of which an event was broken: what it said is missing.</summary>
    private bool MayKeep => outcome.UpstreamModel == question.UpstreamModel && outcome.MalformedEvents == 0;

    private void Free()
    {
        call.Release();
        lifetime.Dispose();
    }

    private async Task<Failure?> StreamAsync()
    {
        _http.Features.Set<IHttpResponseBodyFeature>(new FlightBody(flight, () => flight.Begin(Head)));
        StreamQuestion stream = StreamQuestion.Of(dispatch, NoKeepalive, clientStall: TimeSpan.Zero, flight.BreakOff);
        using StreamedAnswer answer = new(_http, stream, lifetime, outcome, metrics, time, random);
        return await answer.RunAsync(TakeAsync);
    }

    private async Task<Failure?> AskAsync()
    {
        AttemptResult result = await dispatch.RunAsync();
        if (result.Response is null)
            return result.Failure;
        using UpstreamResponse response = result.Response;
        response.Report(null);
        return await TakeAsync(response);
    }

    /// <summary>An answer that came whole, whichever shape was asked for: its beginning is its end.</summary>
    private Task<Failure?> TakeAsync(UpstreamResponse response)
    {
        Responses.Describe(_http.Response, response, outcome);
        outcome.Usage = response.Body!.Usage;
        outcome.ResponseBytes = response.Body.Memory.Length;
        _whole = response.Body.Memory.ToArray();
        return Task.FromResult<Failure?>(null);
    }

    private FlightHead Head => FlightHead.Of(outcome) with
    {
        ContentType = _http.Response.ContentType ?? "",
        Headers = ReturnedHeaders.Among(_http.Response.Headers),
    };

    private static partial class Log
    {
        [LoggerMessage(LogEvents.Root + 1, LogLevel.Error, "The shared upstream call of request {RequestId} failed unexpectedly")]
        internal static partial void FlightFailed(ILogger logger, Exception exception, string requestId);
    }
}
