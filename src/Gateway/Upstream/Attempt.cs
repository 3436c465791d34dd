using System.Text;
using Gateway.Credentials;
using Gateway.Failures;
using Gateway.Health;
using Gateway.Relay;
using Gateway.Sockets;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sources;
using Gateway.Streaming.Sse;
using Gateway.Upstream.Adaptation;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream;

/// <summary>
/// One request to one replica, up to the point where its answer may go to the client: a stream at its first content, a unary body whole and
/// valid. Exceptions end here; what leaves is a value.
/// </summary>
internal sealed class Attempt(UpstreamCall call, Candidate candidate, RequestLifetime lifetime, TimeProvider time, Random random, ProviderPass? pass, CancellationToken given)
{
    private const int MaxErrorBody = 64 << 10;

    private readonly Configuration.TimeoutOptions _timeouts = candidate.Replica.Provider.Options.Timeouts;
    private readonly FieldAdaptation? _adaptation = call.PassesThrough ? null : FieldAdaptation.For(call, candidate);
    private AttemptDeadline? _deadline;
    private List<RefusedSend>? _refused;
    private Credential _credential = Credential.None;
    private bool _changedToken;
    private bool _wasPending;

    internal async Task<AttemptResult> RunAsync()
    {
        ReplicaLease lease = new(candidate.Replica, pass);
        Http1Exchange? exchange = null;
        AttemptResult? result = null;
        string? correlationId = null;
        Credential? credential = null;
        try
        {
            // Only a stream has a first-byte deadline; a unary answer has the request's total.
            _deadline = call.IsStream || given.CanBeCanceled ? new(call.IsStream ? _timeouts.FirstByte : TimeSpan.Zero, time, lifetime.Token, given) : null;
            long sent;
            do
            {
                // After a refusal: its body was read, so its connection is there again.
                exchange?.Dispose();
                sent = time.GetTimestamp();
                credential = await candidate.Replica.Provider.Credentials.GetAsync(_deadline?.Token ?? lifetime.Token);
                if (credential is null)
                {
                    exchange = null;
                    result = WithoutCredential();
                    break;
                }

                _credential = credential;
                using UpstreamRequest request = new();
                request.Build(call, candidate, credential, random, _adaptation?.LeftOut ?? RefusedFields.None);
                correlationId = request.CorrelationId;
                if (request.Refusal is { } refusal)
                    return new(null, refusal, AttemptVerdict.Refused);
                exchange = await SendAsync(request);
                // It has been sent, and the answer's first content may be long in coming.
                request.Dispose();
                exchange = await AwaitAnswerAsync(exchange);
                result = exchange is null ? Ended() ?? Abandoned : await ReadAsync(exchange, lease, request.UsageWasInjected);
            }
            while (TakeRetry(result, credential, time.GetElapsedTime(sent), correlationId));
            if (result.Response is not null)
            {
                _adaptation?.Remember();
                credential!.HasWorked = true;
            }
        }
        catch (UpstreamTransportException exception)
        {
            result = Ended() ?? Unreachable(exception);
        }
        finally
        {
            if (result?.Response is null)
                GiveBack(result, exchange, lease);
        }

        return correlationId is null && _refused is null ? result : result with { CorrelationId = correlationId, Refused = _refused };
    }

    /// <summary>Nobody reads of this attempt: its connection is closed, and its place at the replica and in the provider's limits is free.</summary>
    private void GiveBack(AttemptResult? result, Http1Exchange? exchange, ReplicaLease lease)
    {
        exchange?.Abort();
        exchange?.Dispose();
        if (pass is not null && result?.Verdict != AttemptVerdict.Cancelled && result?.Failure?.Code != FailureCode.FirstByteTimeout)
            pass.Used = 0;
        lease.Dispose();
        _deadline?.Dispose();
    }

    /// <summary>Whether the same replica is asked once more: without a field that it refused, or with another token than the one it rejected.</summary>
    private bool TakeRetry(AttemptResult result, Credential credential, TimeSpan elapsed, string? correlationId)
    {
        if (_adaptation?.TakeRetry() != true && !TakeNewToken(result, credential))
            return false;
        (_refused ??= []).Add(new(result.Name, elapsed, correlationId));
        return true;
    }

    private bool TakeNewToken(AttemptResult result, Credential credential)
    {
        // A form is gone with its first attempt.
        if (_changedToken || call.Upload is not null || result.Verdict != AttemptVerdict.CredentialsRejected || !candidate.Replica.Provider.Credentials.Reject(credential))
            return false;
        return _changedToken = true;
    }

    /// <summary>Nothing was sent, so nothing is said of the replica.</summary>
    private AttemptResult WithoutCredential()
    {
        if (lifetime.ToFailure() is not null || given.IsCancellationRequested)
            return Ended()!;
        return new(null, new Failure(FailureCode.UpstreamAuth, "The gateway has no access token for the upstream: its token service gives none."), AttemptVerdict.NoCredential)
        {
            NeverConnected = _refused is null,
        };
    }

    private static AttemptResult Abandoned => AttemptResult.Cancelled(new(FailureCode.ClientClosed, "The request was given up while its answer was pending."));

    private ValueTask<Http1Exchange> SendAsync(UpstreamRequest request) => call.Upload is { } upload
        ? candidate.Replica.Pool.SendStreamedAsync(request.Head, upload.Body, _deadline?.Token ?? lifetime.Token)
        : candidate.Replica.Pool.SendAsync(request.Head, request.Body, _deadline?.Token ?? lifetime.Token);

    /// <summary>The answer itself, where the upstream first says only that it will come; null when this side ended the wait.</summary>
    private ValueTask<Http1Exchange?> AwaitAnswerAsync(Http1Exchange exchange)
    {
        _wasPending = PendingAnswer.Is(exchange.Response);
        return _wasPending ? new PendingAnswer(call, candidate.Replica, time, _deadline?.Token ?? lifetime.Token).AwaitAsync(exchange) : new(exchange);
    }

    private ValueTask<AttemptResult> ReadAsync(Http1Exchange exchange, ReplicaLease lease, bool usageWasInjected)
    {
        Http1Response head = exchange.Response;
        if (head.StatusCode != 200)
            return ReadErrorAsync(exchange);
        if (IsEncoded(head))
            return new(AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, "The upstream answered with a content encoding although none was asked for."));

        string contentType = ContentTypeOf(head);
        if (call.PassesThrough)
            return PassAsync(exchange, lease, contentType);
        if (call.IsStream && contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return HoldAsync(exchange, lease, contentType, usageWasInjected);
        if (contentType == "application/json" || contentType.Contains("json", StringComparison.OrdinalIgnoreCase))
            return ReadUnaryAsync(exchange, lease, contentType);
        return new(AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, "The upstream answered with an unexpected content type.") with
        {
            Evidence = new(head.StatusCode, contentType),
        });
    }

    private async ValueTask<AttemptResult> ReadErrorAsync(Http1Exchange exchange)
    {
        Http1Response head = exchange.Response;
        TimeSpan? retryAfter = StatusMapper.RetryAfter(head, time);
        int status = head.StatusCode;
        bool isEncoded = IsEncoded(head);
        using UnaryBody body = new();
        // Compressed, it says nothing that a client could read.
        bool isReadable = await body.ReadAsync(exchange.Body, head.ContentLength, MaxErrorBody) && !isEncoded;
        if (Ended() is { } ended)
            return ended;
        // The request itself was accepted: these speak of the place of its answer, not of our credentials or the model.
        if (_wasPending && status is 401 or 403 or 404 or 410)
            return AttemptResult.Failed(FailureReason.ServerError, FailureCode.UpstreamFailed, "The upstream has lost the answer it was working on.");
        if (isReadable)
            _adaptation?.Consider(status, body.Memory.Span);
        return StatusMapper.Judge(status, isReadable ? body.Memory.Span : " "u8, retryAfter, candidate.Replica.Provider.SecretsOf(_credential, candidate.Replica)) with { Evidence = new(status) };
    }

    private async ValueTask<AttemptResult> ReadUnaryAsync(Http1Exchange exchange, ReplicaLease lease, string contentType)
    {
        UnaryBody body = new();
        bool isWhole = await body.ReadAsync(exchange.Body, exchange.Response.ContentLength, UnaryBody.MaxLength);
        // As with long requests: a socket thread must not be away for long.
        if (body.Memory.Length >= SocketThreads.LongScan)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (isWhole && body.TryParse())
            return AttemptResult.Success(Respond(exchange, lease, contentType, body));
        body.Dispose();
        return Ended() ?? AttemptResult.Failed(
            FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, isWhole ? "The upstream's answer is no JSON object." : "The upstream's answer was cut short.");
    }

    /// <summary>Audio, images, text: whatever it is, from its first byte on.</summary>
    private async ValueTask<AttemptResult> PassAsync(Http1Exchange exchange, ReplicaLease lease, string contentType)
    {
        // A load balancer's page; no endpoint of this kind answers with one.
        if (contentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            return AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, "The upstream answered with an unexpected content type.");
        PassedBody body = new(exchange.Body, exchange.Response.ContentLength);
        if (await body.ReadFirstAsync() && call.Upload?.Body.MayBeAnswered() != false)
            return AttemptResult.Success(new(exchange, candidate, lease, _deadline) { Passed = body, ContentType = contentType, Headers = TakeHeaders(exchange) });
        body.Dispose();
        return Ended() ?? AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, "The upstream's answer was cut short.");
    }

    /// <summary>Reads until the stream may be shown: content, a complete answer, or more than is worth holding.</summary>
    private async ValueTask<AttemptResult> HoldAsync(Http1Exchange exchange, ReplicaLease lease, string contentType, bool usageWasInjected)
    {
        // Now, not at the first content: until its head is released the connection keeps a buffer for it, 4 KiB per stream that waits for its prefill.
        IReadOnlyList<KeyValuePair<string, string>> headers = TakeHeaders(exchange);
        StreamRules rules = StreamRules.For(call.Endpoint, call.ExpectedChoices, usageWasInjected && !call.KeepsUsage);
        StreamRelay relay = call.Resumes
            ? StreamRelay.Resume(exchange.Body, rules, SseLimits.Default, call.Record!)
            : new(exchange.Body, rules, SseLimits.Default, call.Record);
        while (true)
        {
            RelayStep step = relay.Hold();
            if (MayBeShown(relay, step) && _deadline!.Settle())
                return AttemptResult.Success(Respond(exchange, lease, contentType, relay, step, headers));
            if (step.Signal != StreamSignal.None || step.Status is ReadStatus.End or ReadStatus.Broken)
            {
                AttemptResult failed = Ended() ?? FailedBeforeContent(rules, step);
                relay.Dispose();
                return failed;
            }

            if (step.Status == ReadStatus.Blocked)
                await relay.WaitAsync();
        }
    }

    /// <summary>Whether the client may see a stream that is being held: there is content, or all of it, or more than is worth holding.</summary>
    internal static bool MayBeShown(StreamRelay relay, in RelayStep step)
    {
        if (step.Signal is StreamSignal.Error or StreamSignal.Incomplete or StreamSignal.TooLarge or StreamSignal.Diverged)
            return relay.ContentEvents > 0;
        return relay.ContentEvents > 0 || relay.Rules.IsComplete || relay.HeldBytes > StreamRelay.MaxHeld;
    }

    private AttemptResult FailedBeforeContent(StreamRules rules, in RelayStep step) => step.Signal switch
    {
        StreamSignal.Error when StreamError(rules, candidate.Replica.Provider.SecretsOf(_credential, candidate.Replica)) is { Code: FailureCode.UpstreamOverloaded } busy => new(null, busy, AttemptVerdict.Overloaded),
        StreamSignal.Error => AttemptResult.Failed(FailureReason.ServerError, StreamError(rules, candidate.Replica.Provider.SecretsOf(_credential, candidate.Replica))),
        StreamSignal.Diverged => new(null, new Failure(FailureCode.Incomplete, "The upstream broke off, and another one gave a different answer."), AttemptVerdict.Diverged),
        StreamSignal.TooLarge => AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, "The upstream sent an event over the size limit."),
        _ => AttemptResult.Failed(FailureReason.Incomplete, FailureCode.Incomplete, "The upstream ended the stream before any content."),
    };

    /// <summary>The failure an upstream reported inside its stream.</summary>
    internal static Failure StreamError(StreamRules rules, params ReadOnlySpan<string> known)
    {
        UpstreamError said = UpstreamErrorReader.Read(rules.ErrorPayload, known);
        if (StatusMapper.IsExhausted(said.Message))
            return new(FailureCode.UpstreamOverloaded, said.Message!) { UpstreamCode = said.Code, RetryAfter = TimeSpan.FromSeconds(1) };
        return new(FailureCode.UpstreamFailed, said.Message ?? "The upstream reported an error in its stream.") { UpstreamCode = said.Code };
    }

    private UpstreamResponse Respond(Http1Exchange exchange, ReplicaLease lease, string contentType, UnaryBody body) =>
        new(exchange, candidate, lease, _deadline) { Body = body, ContentType = contentType, Headers = TakeHeaders(exchange) };

    private UpstreamResponse Respond(
        Http1Exchange exchange, ReplicaLease lease, string contentType, StreamRelay relay, in RelayStep step, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new(exchange, candidate, lease, _deadline) { Stream = relay, HeldStep = step, Credential = _credential, ContentType = contentType, Headers = headers };

    private static IReadOnlyList<KeyValuePair<string, string>> TakeHeaders(Http1Exchange exchange)
    {
        IReadOnlyList<KeyValuePair<string, string>> headers = ReturnedHeaders.Read(exchange.Response);
        exchange.Response.ReleaseHead();
        return headers;
    }

    /// <summary>What ended the attempt from this side; null when the upstream did.</summary>
    private AttemptResult? Ended()
    {
        if (lifetime.ToFailure() is { } cancelled)
            return AttemptResult.Cancelled(cancelled);
        if (call.Upload?.Body.ClientFailure is { } broken)
            return AttemptResult.Cancelled(broken);
        if (given.IsCancellationRequested)
            return AttemptResult.Cancelled(new(FailureCode.ClientClosed, "Another replica was faster."));
        return _deadline?.HasPassed == true
            ? AttemptResult.Failed(FailureReason.Timeout, FailureCode.FirstByteTimeout, "The upstream sent no content within its first-byte time.")
            : null;
    }

    private static AttemptResult Unreachable(UpstreamTransportException exception) => Judge(exception) with { Evidence = new(0, Transport: exception) };

    private static AttemptResult Judge(UpstreamTransportException exception) => exception.Kind switch
    {
        TransportFailure.PoolExhausted => new(
            null, new Failure(FailureCode.GatewayOverloaded, "No connection to the upstream is free.") { RetryAfter = TimeSpan.FromSeconds(1) }, AttemptVerdict.Saturated),
        TransportFailure.InvalidResponse or TransportFailure.HeadTooLarge =>
            AttemptResult.Failed(FailureReason.InvalidResponse, FailureCode.UpstreamInvalidResponse, exception.Message),
        _ => AttemptResult.Failed(FailureReason.Unreachable, FailureCode.UpstreamUnreachable, exception.Message) with
        {
            NeverConnected = exception.Kind is not (TransportFailure.SendFailed or TransportFailure.ClosedBeforeResponse or TransportFailure.Reset),
        },
    };

    private static bool IsEncoded(Http1Response head) =>
        head.TryGetHeader("content-encoding"u8, out ReadOnlySpan<byte> encoding) && !Ascii.EqualsIgnoreCase(encoding, "identity"u8);

    /// <summary>Media types repeat: no string is made for the usual ones. The server writes ASCII only: parameters that are not stay behind.</summary>
    private static string ContentTypeOf(Http1Response head)
    {
        if (!head.TryGetHeader("content-type"u8, out ReadOnlySpan<byte> value))
            return "";
        if (value.SequenceEqual("text/event-stream"u8))
            return "text/event-stream";
        if (value.SequenceEqual("application/json"u8))
            return "application/json";
        if (!Ascii.IsValid(value))
            value = value[..Math.Max(0, value.IndexOf((byte)';'))];
        return Ascii.IsValid(value) ? Encoding.ASCII.GetString(value) : "";
    }
}
