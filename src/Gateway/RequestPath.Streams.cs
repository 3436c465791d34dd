using Gateway.Failures;
using Gateway.Relay;
using Gateway.Routing;
using Gateway.Streaming.Keepalive;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <content>Steps 6 and 7 for streams: keepalives while the upstreams are silent, then the pump.</content>
internal sealed partial class RequestPath
{
    private async Task<Failure?> StreamAsync(
        HttpContext http, UpstreamCall call, Dispatch dispatch, Router router, RequestLifetime lifetime, RequestOutcome outcome)
    {
        Wake wake = new();
        using StreamTimer timer = new(time, wake);
        StreamLimits limits = new(router.Keepalive.Interval, snapshot.Options.Server.ClientStall);
        ClientStream client = new(http, call.Endpoint, wake, timer, limits, () => NewKeepalive(router, call));
        metrics.StreamStarted();
        try
        {
            AttemptResult result = await SendAsync(client, dispatch, router, lifetime, outcome, wake, timer);
            Failure? failure = result.Response is null
                ? await RefuseAsync(client, result.Failure!)
                : await RelayAsync(http, client, result.Response, lifetime, outcome, wake, timer);
            outcome.Keepalives = client.Keepalives;
            outcome.KeepaliveStyle = router.Keepalive.Style;
            outcome.ResponseBytes = client.BytesWritten;
            outcome.Waited += TimeSpan.FromSeconds(timer.Seconds(client.BlockedTicks));
            return failure;
        }
        finally
        {
            metrics.StreamEnded();
        }
    }

    /// <summary>Waits for the first content; after the interval of silence, 200 and keepalives go out first.</summary>
    private async Task<AttemptResult> SendAsync(
        ClientStream client, Dispatch dispatch, Router router, RequestLifetime lifetime, RequestOutcome outcome, Wake wake, StreamTimer timer)
    {
        long start = timer.Now;
        Task<AttemptResult> sending = dispatch.RunAsync();
        if (!sending.IsCompleted)
        {
            wake.WatchUpstream(sending);
            await KeepAliveWhileAsync(sending, client, router, lifetime, wake, timer);
        }

        AttemptResult result = await sending;
        outcome.Waited += TimeSpan.FromSeconds(timer.Seconds(timer.Now - start));
        return result;
    }

    private static async Task KeepAliveWhileAsync(
        Task<AttemptResult> sending, ClientStream client, Router router, RequestLifetime lifetime, Wake wake, StreamTimer timer)
    {
        try
        {
            while (true)
            {
                if (router.Keepalive.BeforeHeaders)
                    timer.Arm(client.KeepaliveDue);
                WakeReason reason = await wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick);
                if (reason.HasFlag(WakeReason.Tick))
                    timer.Fired();
                if (reason.HasFlag(WakeReason.Upstream))
                    break;
                await client.KeepAliveAsync();
                if (wake.ClientIsGone)
                    lifetime.Cancel(CancelReason.ClientClosed);
            }
        }
        catch
        {
            // The attempt reads the request's pooled body: it has to be over before that is given back.
            lifetime.Cancel(CancelReason.ClientClosed);
            (await sending).Response?.Dispose();
            throw;
        }
    }

    private static async Task<Failure?> RefuseAsync(ClientStream client, Failure failure)
    {
        // Before the commit the caller answers with the true status.
        if (client.State != StreamState.BeforeHeaders && failure.Code != FailureCode.ClientClosed)
            await client.FailAsync(failure);
        return failure;
    }

    private async Task<Failure?> RelayAsync(
        HttpContext http, ClientStream client, UpstreamResponse response, RequestLifetime lifetime, RequestOutcome outcome, Wake wake, StreamTimer timer)
    {
        using (response)
        {
            if (response.Stream is null)
            {
                response.Report(null);
                return await RelayUnaryAsync(http, client, response, outcome);
            }

            if (client.State == StreamState.BeforeHeaders)
            {
                Responses.Describe(http.Response, response, outcome);
                await client.CommitAsync();
            }
            else
            {
                Responses.Note(response, outcome);
            }

            outcome.DisconnectPhase = DisconnectPhase.Streaming;
            outcome.TimeToFirstToken = time.GetElapsedTime(outcome.Started);
            InterTokenRecorder latency = metrics.InterToken(outcome.ModelLabel, outcome.Provider!);
            StreamPump pump = new(client, response.Stream, wake, timer, lifetime, latency);
            TimeSpan idle = response.Candidate.Replica.Provider.Options.Timeouts.Idle;
            RelayResult relayed = await pump.RunAsync(response.HeldStep, idle, static relay => Attempt.StreamError(relay.Rules));

            outcome.Waited += TimeSpan.FromSeconds(timer.Seconds(pump.WaitedTicks));
            outcome.Usage = response.Stream.Rules.Usage;
            outcome.ContentChunks = response.Stream.ContentEvents;
            outcome.MalformedEvents = response.Stream.MalformedEvents;
            if (relayed.SourceIsReusable)
                response.KeepConnection();
            else
                response.Abort();
            response.Report(relayed.Failure);
            return relayed.Failure;
        }
    }

    /// <summary>The upstream answered a stream request with one JSON object.</summary>
    private async Task<Failure?> RelayUnaryAsync(HttpContext http, ClientStream client, UpstreamResponse response, RequestOutcome outcome)
    {
        if (client.State == StreamState.BeforeHeaders)
        {
            return await WriteAnswerAsync(http, response, outcome);
        }

        Failure failure = new(FailureCode.UpstreamInvalidResponse, "The upstream answered a streaming request without a stream.");
        return await RefuseAsync(client, failure);
    }

    private KeepaliveFrame NewKeepalive(Router router, UpstreamCall call) => router.Keepalive.Style == Configuration.KeepaliveStyle.Comment
        ? KeepaliveFrame.Comment
        : KeepaliveFrame.For(call.Endpoint, Admission.RequestIds.New(random), time.GetUtcNow().ToUnixTimeSeconds(), call.Fields.Model);
}
