using Gateway.Caching;
using Gateway.Caching.Flights;
using Gateway.Caching.Store;
using Gateway.Failures;
using Gateway.Relay;
using Gateway.Requests;
using Gateway.Streaming.Answers;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;
using Gateway.Telemetry;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>
/// One request whose answer comes from memory: a kept one, or that of a flight it is on, with an older answer to bridge what goes wrong. It looks to the steps
/// behind it like an upstream that answers.
/// </summary>
/// <param name="http">The client's side: told how the cache was met, as long as it can be.</param>
/// <param name="question">What is asked.</param>
/// <param name="request">The client's.</param>
/// <param name="store">Keeps what an answer was made into.</param>
/// <param name="lifetime">The request's cancellation.</param>
/// <param name="outcome">Takes what is learnt.</param>
/// <param name="time">The clock.</param>
internal sealed class Passenger(HttpContext http, CacheQuestion question, InboundRequest request, IResponseStore store, RequestLifetime lifetime, RequestOutcome outcome, TimeProvider time)
{
    private bool IsStream => request.Fields.Stream;

    /// <summary>Says how the cache was met; later words replace earlier ones until the head of the answer is sent.</summary>
    internal void Met(CacheResult result, CachedAnswer? answer = null)
    {
        outcome.Cache = result;
        if (http.Response.HasStarted)
            return;
        http.Response.Headers["x-gateway-cache"] = MetricLabels.Of(result);
        if (answer is not null)
            http.Response.Headers.Age = Math.Max(0, (long)(time.GetUtcNow() - answer.Created).TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A kept answer, in the shape that is asked for; null when it cannot be given in that.</summary>
    internal async Task<AttemptResult?> GiveAsync(CachedAnswer answer, CacheResult result)
    {
        AttemptResult? given = IsStream ? await GiveStreamAsync(answer) : GiveWhole(answer);
        if (given is not null)
            Met(result, answer);
        return given;
    }

    /// <summary>The flight's answer, or the older one where the flight fails or is slow. Without an older one and with something to read, it does not wait for a stream.</summary>
    /// <param name="boarding">Left when the answer is over.</param>
    /// <param name="bridge">An answer past its time; null: none.</param>
    internal Task<AttemptResult> FlyAsync(Boarding boarding, CachedAnswer? bridge)
    {
        // Who waited for a stream together finds its beginning here, one after another: nothing to wait for any more.
        if (bridge is null && boarding.Seat.Reader is { IsDrained: false } && Begun(boarding.Seat.Flight.Head) is { } head)
        {
            head.Describe(outcome);
            return Task.FromResult(ReadStream(boarding, head));
        }

        return AwaitAsync(boarding, bridge);
    }

    /// <summary>Null: there is no stream to be read, or none for this request.</summary>
    private FlightHead? Begun(Task<FlightHead> coming)
    {
        FlightHead? head = IsStream && coming.IsCompletedSuccessfully && lifetime.Reason == CancelReason.None ? coming.GetAwaiter().GetResult() : null;
        return head is { Failure: null, Whole: null } ? head : null;
    }

    private async Task<AttemptResult> AwaitAsync(Boarding boarding, CachedAnswer? bridge)
    {
        Flight flight = boarding.Seat.Flight;
        AttemptResult? result = null;
        try
        {
            Task<AttemptResult> arriving = ArriveAsync(boarding);
            result = bridge is null ? await arriving : await BridgeSlowAsync(flight, bridge, arriving) ?? await BridgeFailedAsync(bridge, await arriving);
            if (outcome.Cache != CacheResult.Stale && flight.Head.IsCompleted)
                (await flight.Head).Describe(outcome);
            return result;
        }
        finally
        {
            // A stream's seat is left with its response.
            if (result?.Response?.Stream is null || outcome.Cache == CacheResult.Stale)
                boarding.Dispose();
        }
    }

    /// <summary>The older answer, where what the client waits for (a stream's first content, or all of an answer in one piece) takes longer than <c>soft-timeout</c>; else null.</summary>
    private async Task<AttemptResult?> BridgeSlowAsync(Flight flight, CachedAnswer bridge, Task<AttemptResult> arriving)
    {
        if (question.Options.SoftTimeout <= TimeSpan.Zero || arriving.IsCompleted)
            return null;
        await ((Task)arriving).WaitAsync(question.Options.SoftTimeout, time, lifetime.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (arriving.IsCompleted || lifetime.ToFailure() is not null || await GiveAsync(bridge, CacheResult.Stale) is not { } meanwhile)
            return null;
        flight.GoOnAlone();
        _ = DropAsync(arriving);
        return meanwhile;
    }

    /// <summary>The older answer, where the upstream has failed before anything of its own reached the client.</summary>
    private async Task<AttemptResult> BridgeFailedAsync(CachedAnswer bridge, AttemptResult arrived)
    {
        bool mayBridge = arrived.Failure?.Side == FailureSide.Upstream && lifetime.ToFailure() is null;
        return mayBridge && await GiveAsync(bridge, CacheResult.Stale) is { } instead ? instead : arrived;
    }

    /// <summary>Ends soon after the seat is left, or with the flight.</summary>
    private static async Task DropAsync(Task<AttemptResult> arriving) => (await arriving).Response?.Dispose();

    private async Task<AttemptResult> ArriveAsync(Boarding boarding)
    {
        FlightSeat seat = boarding.Seat;
        // A stream's reader has something to read as soon as there is a beginning: one wait for both.
        Task<FlightHead> coming = seat.Flight.Head;
        if (seat.Reader is { } reader)
            await reader.WaitAsync();
        else if (!coming.IsCompleted)
            await ((Task)coming).WaitAsync(Timeout.InfiniteTimeSpan, time, lifetime.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (lifetime.ToFailure() is { } cancelled)
            return AttemptResult.Cancelled(cancelled);
        if (!coming.IsCompleted)
            return AttemptResult.Cancelled(Abandoned);
        return await coming switch
        {
            { Failure: { } failure } => AttemptResult.Cancelled(failure.Code == FailureCode.ClientClosed ? Abandoned : failure),
            { Whole: { } whole } head => Whole(UnaryBody.Of(whole), head),
            { } head => IsStream ? ReadStream(boarding, head) : await ReadWholeAsync(seat, head),
        };
    }

    private static Failure Abandoned => new(FailureCode.UpstreamFailed, "The upstream call was given up.");

    /// <summary>It begins with content: what came before that was held back until it did.</summary>
    private AttemptResult ReadStream(Boarding boarding, FlightHead head) =>
        AttemptResult.Success(Shown(
            NewRelay(boarding.Seat.Reader!, boarding.Seat.Flight.Template), new(ReadStatus.Data, StreamSignal.None, 0, 0, 0), boarding, head.Provider, head.Model, head.Headers, () => boarding.Seat.Flight.Buffer.Failure));

    /// <summary>A client that wants no stream waits for the end of one and gets it as one object.</summary>
    private async Task<AttemptResult> ReadWholeAsync(FlightSeat seat, FlightHead head)
    {
        using UnaryBody events = new();
        bool isWhole = await events.ReadAsync(seat.Reader!, declared: null, UnaryBody.MaxLength);
        if (!isWhole)
            return AttemptResult.Cancelled(lifetime.ToFailure() ?? seat.Flight.Buffer.Failure ?? Incomplete);
        using PooledBuffer json = new(events.Memory.Length + 1);
        return AnswerAssembler.TryAssemble(request.Fields.Endpoint, events.Memory.Span, json)
            ? Whole(UnaryBody.Of(json.Written.Span), head)
            : AttemptResult.Cancelled(Incomplete);
    }

    private static Failure Incomplete => new(FailureCode.Incomplete, "The upstream ended the stream before the answer was complete.");

    private async Task<AttemptResult?> GiveStreamAsync(CachedAnswer answer)
    {
        if (InShape(AnswerShape.Stream, answer) is not { } events)
            return null;
        UpstreamResponse? response = await HoldAsync(new StoredSource(events, question.Options.ReplayPace, time), answer.Provider, answer.UpstreamModel);
        return response is null ? null : AttemptResult.Success(response);
    }

    private AttemptResult? GiveWhole(CachedAnswer answer)
    {
        if (InShape(AnswerShape.Whole, answer) is not { } json)
            return null;
        return Whole(UnaryBody.Of(json), new() { Provider = answer.Provider, Model = answer.UpstreamModel });
    }

    /// <summary>
    /// A body in the shape that is asked for. To assemble an answer of 500 tokens takes 45 µs, more than the rest of a hit, and gives a thirtieth of its stream's bytes: done once and
    /// kept. The other way takes 5 µs and gives several times the bytes: done each time (AnswerBenchmarks).
    /// </summary>
    /// <returns>Null: it has what the shape cannot express.</returns>
    private byte[]? InShape(AnswerShape shape, CachedAnswer answer)
    {
        if (answer.Shape == shape)
            return answer.Body;
        if (answer.Assembled is not null)
            return answer.Assembled;
        using PooledBuffer made = new(answer.Body.Length + 1);
        bool isMade = shape == AnswerShape.Stream
            ? AnswerStreamer.TryStream(answer.Endpoint, answer.Body, made)
            : AnswerAssembler.TryAssemble(answer.Endpoint, answer.Body, made);
        if (!isMade)
            return null;
        byte[] body = made.Written.ToArray();
        if (shape == AnswerShape.Whole && body.Length <= question.Options.MaxEntry)
            store.Enrich(question.Key, answer, answer with { Assembled = body });
        return body;
    }

    private static AttemptResult Whole(UnaryBody body, FlightHead head)
    {
        body.TryParse();
        return AttemptResult.Success(new(source: null, head.Provider, head.Model) { Body = body, ContentType = "application/json", Headers = head.Headers });
    }

    /// <summary>Reads until the stream may be shown, as of an upstream; null when it broke before that.</summary>
    private async Task<UpstreamResponse?> HoldAsync(IByteSource source, string provider, string model)
    {
        StreamRelay relay = NewRelay(source, null);
        while (true)
        {
            RelayStep step = relay.Hold();
            if (Attempt.MayBeShown(relay, step))
                return Shown(relay, step, null, provider, model, [], static () => null);
            if (step.Signal != StreamSignal.None || step.Status is ReadStatus.End or ReadStatus.Broken)
            {
                relay.Dispose();
                return null;
            }

            if (step.Status == ReadStatus.Blocked)
                await relay.WaitAsync();
        }
    }

    private StreamRelay NewRelay(IByteSource source, SharedTemplate? shared)
    {
        int choices = (int)Math.Min(request.Fields.ExpectedChoices, int.MaxValue);
        return new(source, StreamRules.For(request.Fields.Endpoint, choices, removeUsageChunk: request.Fields.IncludeUsage != true, shared), SseLimits.Default);
    }

    private static UpstreamResponse Shown(
        StreamRelay relay, RelayStep held, IDisposable? boarding, string provider, string model, IReadOnlyList<KeyValuePair<string, string>> headers, Func<Failure?> endedBy) =>
        new(boarding, provider, model)
        {
            Stream = relay,
            HeldStep = held,
            ContentType = "text/event-stream",
            Headers = headers,
            EndedBy = endedBy,
        };
}
