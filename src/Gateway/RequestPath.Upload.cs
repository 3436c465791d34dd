using Gateway.Admission;
using Gateway.Failures;
using Gateway.Models;
using Gateway.Relay;
using Gateway.Requests;
using Gateway.Routing;
using Gateway.Streaming.Keepalive;
using Gateway.Streaming.Requests;
using Gateway.Streaming.Sources;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <content>Audio and images: forms that go to an upstream while they arrive (steps 2 to 6), and answers that go through as they come (6 and 7).</content>
internal sealed partial class RequestPath
{
    private async Task<Failure?> UploadAsync(HttpContext http, PublicRoute route, Router router, ClientKey key, RequestOutcome outcome, RequestLifetime lifetime)
    {
        // 2 receive: as much as says which model
        (InboundUpload? upload, Failure? failure) = await UploadReceiver.ReceiveAsync(http, snapshot.Options.Server.MaxUpload, time);
        if (upload is null)
            return failure;
        try
        {
            failure = await AnswerUploadAsync(http, route, router, key, upload, outcome, lifetime);
            return failure;
        }
        finally
        {
            await upload.DisposeAsync();
            outcome.RequestBytes = upload.Taken;
            outcome.RequestedModel = ModelOf(route, upload);
            // Nobody reads the rest of it.
            if (failure is not null && !http.Response.HasStarted)
                ConnectionEnd.AfterUnreadBody(http);
        }
    }

    private async Task<Failure?> AnswerUploadAsync(HttpContext http, PublicRoute route, Router router, ClientKey key, InboundUpload upload, RequestOutcome outcome, RequestLifetime lifetime)
    {
        outcome.DisconnectPhase = DisconnectPhase.Waiting;
        (TimeSpan wanted, Failure? failure) = RequestDeadline.Of(http.Request);
        if (failure is not null)
            return failure;
        if (wanted < TimeSpan.MaxValue)
            lifetime.SetDeadline(wanted, time);

        // 3 resolve, 5 route
        List<Candidate> candidates = new(4);
        upload.JudgeLateModel = LateModelRule(route, key, upload);
        failure = upload.HasEnded ? upload.JudgeLateModel?.Invoke(null) : null;
        failure ??= await RouteUploadAsync(http, route, router, key, ModelOf(route, upload), candidates, outcome, lifetime);
        failure ??= await limits.ReserveAsync(new(), default, http.Response, outcome, lifetime.Token);
        if (failure is not null)
            return failure;
        TimeSpan total = candidates.Count == 0 ? TimeSpan.MaxValue : candidates[0].Replica.Provider.Options.Timeouts.Total;
        if (total < wanted)
            lifetime.SetDeadline(total, time);

        // 6 send, 7 relay
        UpstreamCall call = NewUploadCall(http, route, ModelOf(route, upload), upload.ToForm(), outcome);
        return await PassAsync(http, NewDispatch(call, candidates, router, lifetime, outcome), outcome, lifetime);
    }

    /// <summary>A deployment in the path wins.</summary>
    private static string? ModelOf(PublicRoute route, InboundUpload upload) => route.ModelId.Length > 0 ? route.ModelId : upload.Model;

    /// <summary>
    /// A key that may use some models only, and a form whose model has not come yet: it is judged when it comes, by the name that the upstream will read.
    /// A deployment in the path has been judged, so that such a form needs none.
    /// </summary>
    private static Func<string?, Failure?>? LateModelRule(PublicRoute route, ClientKey key, InboundUpload upload)
    {
        if (key.MayUseModel is not { } mayUse || upload.Model is not null)
            return null;
        Failure? unnamed = route.ModelId.Length > 0
            ? null
            : new(FailureCode.MissingModel, "The form's field model did not come, or not before the answer, and this client key may use some models only: send model before file.") { Param = "model" };
        return late => late is null ? unnamed : mayUse(late) ? null : ModelResolver.NotAllowed(late);
    }

    private async ValueTask<Failure?> RouteUploadAsync(
        HttpContext http, PublicRoute route, Router router, ClientKey key, string? requested, List<Candidate> candidates, RequestOutcome outcome, RequestLifetime lifetime)
    {
        EndpointBalance balance = router.For(route.Endpoint);
        BalanceContext context = balance.Begin(http.Request.Headers, default, new());
        if (requested is not null)
        {
            (ResolvedModel? model, Failure? failure) = await snapshot.Resolver.ResolveAsync(balance, requested, route.NamesProvider, key.MayUseModel, lifetime.Token);
            if (model is null)
                return failure;
            outcome.ModelLabel = model.Label;
            balance.Append(model.UpstreamIds, model.Pinned, context, candidates);
            return null;
        }

        if (route.NamesProvider)
            return NoModel("under /ai it says who is asked");
        await snapshot.Catalog.FirstListingAsync(balance.Providers, lifetime.Token);
        if (router.Configures(route.Endpoint))
        {
            balance.AppendUnnamed(static provider => !provider.Dialect.PathNamesModel, context, candidates);
            return candidates.Count > 0 ? null : NoModel("the providers of load-balance.audio are asked by model");
        }

        // The first provider of the kind, whatever the strategy; the others are its fallback until a byte has left.
        foreach (Provider provider in balance.Providers)
        {
            if (ModelKinds.Hears(provider) && !provider.Dialect.PathNamesModel)
                balance.AppendUnnamed(listed => listed == provider, context, candidates);
        }

        return candidates.Count > 0 ? null : NoModel("no provider lists a model for audio, and load-balance.audio is not configured");
    }

    private static Failure NoModel(string why) =>
        new(FailureCode.MissingModel, $"The form's field model did not come in its first {InboundUpload.MaxAhead >> 10} KiB, and {why}: send model before file.") { Param = "model" };

    private static UpstreamCall NewUploadCall(HttpContext http, PublicRoute route, string? model, FormUpload form, RequestOutcome outcome) => new()
    {
        Endpoint = route.Endpoint,
        Model = model ?? "",
        Body = default,
        BodyOwner = form,
        Upload = form,
        MayBeHedged = false,
        Fields = new RequestFields(),
        Headers = http.Request.Headers,
        Query = http.Request.QueryString.Value ?? "",
        RequestId = outcome.RequestId,
        TenantId = outcome.KeyId,
    };

    /// <summary>Steps 6 and 7 for answers that go through as they come.</summary>
    private async Task<Failure?> PassAsync(HttpContext http, Dispatch dispatch, RequestOutcome outcome, RequestLifetime lifetime)
    {
        long sent = time.GetTimestamp();
        AttemptResult result = await dispatch.RunAsync();
        outcome.Waited = time.GetElapsedTime(sent);
        if (result.Response is not { } response)
            return result.Failure;
        using (response)
        {
            Responses.Describe(http.Response, response, outcome);
            http.Response.ContentLength = response.Passed!.Length;
            outcome.DisconnectPhase = DisconnectPhase.Streaming;
            await http.Response.StartAsync(CancellationToken.None);
            ReadStatus end = await PassBodyAsync(http, response, outcome, lifetime);
            Failure? failure = end == ReadStatus.End ? null : CutBy(end, dispatch.Call, lifetime);
            response.Report(failure);
            if (failure is null)
                return null;
            // A short answer must not look like a whole one.
            response.Abort();
            outcome.IsCut = true;
            http.Abort();
            return failure;
        }
    }

    private async Task<ReadStatus> PassBodyAsync(HttpContext http, UpstreamResponse response, RequestOutcome outcome, RequestLifetime lifetime)
    {
        Wake wake = new();
        using StreamTimer timer = new(time, wake);
        StreamLimits deadlines = new(TimeSpan.Zero, snapshot.Options.Server.ClientStall);
        ClientStream client = new(http, outcome.Endpoint!.Value, wake, timer, deadlines, static () => KeepaliveFrame.Comment);
        BodyRelay relay = new(client, wake, timer);
        ReadStatus end = await relay.RunAsync(response.Passed!, response.Idle);
        // Kestrel may end the flush of an aborted connection as if its bytes had been taken.
        if (wake.ClientIsGone || http.RequestAborted.IsCancellationRequested)
        {
            lifetime.Cancel(CancelReason.ClientClosed);
            end = ReadStatus.Broken;
        }

        outcome.ResponseBytes = client.BytesWritten;
        outcome.Waited += TimeSpan.FromSeconds(timer.Seconds(relay.WaitedTicks + client.BlockedTicks));
        return end;
    }

    private static Failure CutBy(ReadStatus end, UpstreamCall call, RequestLifetime lifetime)
    {
        if (lifetime.ToFailure() is { } cancelled)
            return cancelled;
        if (call.Upload?.Body.ClientFailure is { } broken)
            return broken;
        return end == ReadStatus.Blocked
            ? new(FailureCode.IdleTimeout, "The upstream stopped in the middle of its answer.")
            : new(FailureCode.Incomplete, "The upstream broke off in the middle of its answer.");
    }
}
