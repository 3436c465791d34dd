using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Relay;
using Gateway.Streaming.Keepalive;
using Gateway.Telemetry;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http;

namespace Gateway;

/// <summary>
/// Steps 6 and 7 of one streaming request: keepalives while the upstreams are silent, then the pump; and with <c>mid-stream: resume</c>, other
/// replicas when the stream breaks.
/// </summary>
internal sealed class StreamedAnswer : IDisposable
{
    private readonly HttpContext _http;
    private readonly StreamQuestion _question;
    private readonly KeepaliveOptions _keepalive;
    private readonly RequestLifetime _lifetime;
    private readonly RequestOutcome _outcome;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Wake _wake = new();
    private readonly StreamTimer _timer;
    private readonly ClientStream _client;

    /// <param name="http">The client's side.</param>
    /// <param name="question">What is asked, and who answers.</param>
    /// <param name="lifetime">The request's cancellation.</param>
    /// <param name="outcome">Takes what is learnt.</param>
    /// <param name="metrics">For counts while it runs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For keepalive ids.</param>
    internal StreamedAnswer(
        HttpContext http, StreamQuestion question, RequestLifetime lifetime, RequestOutcome outcome, GatewayMetrics metrics, TimeProvider time, Random random)
    {
        _http = http;
        _question = question;
        _keepalive = question.Keepalive;
        _lifetime = lifetime;
        _outcome = outcome;
        _metrics = metrics;
        _time = time;
        _timer = new(time, _wake);
        _client = new(http, question.Endpoint, _wake, _timer, new(_keepalive.Interval, question.ClientStall), () => NewKeepalive(random)) { TakesFailure = question.TakesFailure };
        metrics.StreamStarted();
    }

    public void Dispose()
    {
        _client.Dispose();
        _timer.Dispose();
        _metrics.StreamEnded();
    }

    /// <summary>Runs to the end of the stream; a failure before anything was sent is the caller's to tell.</summary>
    /// <param name="writeWhole">Answers with one JSON object, where the upstream did.</param>
    internal async Task<Failure?> RunAsync(Func<UpstreamResponse, Task<Failure?>> writeWhole)
    {
        if (_question.ReadyAsync is { } readyAsync)
        {
            _wake.WatchUpstream(readyAsync());
            long start = _timer.Now;
            if (!TakeWake(await WaitAsync()))
                await KeepAliveAsync(sending: null);
            Waited(start);
        }

        AttemptResult result = await WaitForAsync(_question.AskAsync());
        Failure? failure = result.Response switch
        {
            null => await RefuseAsync(result.Failure!),
            { Stream: null } whole => await RelayWholeAsync(whole, writeWhole),
            { } stream => await RelayAsync(stream),
        };
        _outcome.Keepalives = _client.Keepalives;
        _outcome.KeepaliveStyle = _keepalive.Style;
        _outcome.ResponseBytes = Math.Max(_outcome.ResponseBytes, _client.BytesWritten);
        _outcome.Waited += TimeSpan.FromSeconds(_timer.Seconds(_client.BlockedTicks));
        return failure;
    }

    private Task<AttemptResult> WaitForAsync(Task<AttemptResult> sending) => sending.IsCompleted ? sending : KeepAliveWhileAsync(sending);

    private async Task<AttemptResult> KeepAliveWhileAsync(Task<AttemptResult> sending)
    {
        _wake.WatchUpstream(sending);
        long start = _timer.Now;
        if (!TakeWake(await WaitAsync()))
            await KeepAliveAsync(sending);
        Waited(start);
        return await sending;
    }

    /// <summary>Goes on waiting for what is watched as the upstream: after the interval of silence, 200 and keepalives go out meanwhile.</summary>
    /// <param name="sending">What is waited for; null: not asked yet.</param>
    private async ValueTask KeepAliveAsync(Task<AttemptResult>? sending)
    {
        try
        {
            do
            {
                await _client.KeepAliveAsync();
                if (_wake.ClientIsGone)
                    _lifetime.Cancel(CancelReason.ClientClosed);
            }
            while (!TakeWake(await WaitAsync()));
        }
        catch
        {
            // The attempt reads the request's pooled body: it has to be over before that is given back.
            _lifetime.Cancel(CancelReason.ClientClosed);
            (await (sending ?? _question.AskAsync())).Response?.Dispose();
            throw;
        }
    }

    /// <summary>Until the upstream or the next keepalive. Awaited by whoever waits, as that is all there is to most waits: a state machine less to come back to.</summary>
    private ValueTask<WakeReason> WaitAsync()
    {
        if (_keepalive.BeforeHeaders || _client.State != StreamState.BeforeHeaders)
            _timer.Arm(_client.KeepaliveDue);
        return _wake.WaitAsync(WakeReason.Upstream | WakeReason.Tick);
    }

    /// <summary>True when the upstream may have something; false for a tick.</summary>
    private bool TakeWake(WakeReason reason)
    {
        _timer.Took(reason);
        return reason.HasFlag(WakeReason.Upstream);
    }

    private void Waited(long start) => _outcome.Waited += TimeSpan.FromSeconds(_timer.Seconds(_timer.Now - start));

    private async Task<Failure?> RefuseAsync(Failure failure)
    {
        // Before the commit the caller answers with the true status.
        if (_client.State != StreamState.BeforeHeaders && failure.Code != FailureCode.ClientClosed)
            await _client.FailAsync(failure);
        return failure;
    }

    /// <summary>The upstream answered a stream request with one JSON object.</summary>
    private async Task<Failure?> RelayWholeAsync(UpstreamResponse response, Func<UpstreamResponse, Task<Failure?>> writeWhole)
    {
        using (response)
        {
            response.Report(null);
            return _client.State == StreamState.BeforeHeaders
                ? await writeWhole(response)
                : await RefuseAsync(new(FailureCode.UpstreamInvalidResponse, "The upstream answered a streaming request without a stream."));
        }
    }

    private async Task<Failure?> RelayAsync(UpstreamResponse first)
    {
        _question.Settled();
        if (_client.State == StreamState.BeforeHeaders)
        {
            try
            {
                Responses.Describe(_http.Response, first, _outcome);
                await _client.CommitAsync();
            }
            catch
            {
                // Not pumped, so nobody else gives back the replica's lease and connection.
                first.Dispose();
                throw;
            }
        }

        _outcome.DisconnectPhase = DisconnectPhase.Streaming;
        _outcome.TimeToFirstToken = _time.GetElapsedTime(_outcome.Started);
        RelayResult relayed = await PumpAsync(first);
        while (relayed.IsBroken)
        {
            AttemptResult next = await WaitForAsync(_question.ResumeAsync(relayed.Failure!));
            if (next.Response?.Stream is null)
            {
                next.Response?.Dispose();
                return await GiveUpAsync(relayed.Failure!, next.Verdict);
            }

            _outcome.Resumes.Add(ResumeResult.Resumed);
            relayed = await PumpAsync(next.Response);
        }

        return relayed.Failure;
    }

    /// <summary>Nobody goes on with the answer: the client is told how it broke, unless it was the request itself that ended.</summary>
    private async Task<Failure?> GiveUpAsync(Failure broken, AttemptVerdict verdict)
    {
        _outcome.Resumes.Add(verdict == AttemptVerdict.Diverged ? ResumeResult.Diverged : ResumeResult.Failed);
        return await RefuseAsync(_lifetime.ToFailure() ?? broken);
    }

    private async Task<RelayResult> PumpAsync(UpstreamResponse response)
    {
        using (response)
        {
            Responses.Note(response, _outcome);
            InterTokenRecorder latency = response.IsFromUpstream ? _metrics.InterToken(_outcome.ModelLabel, _outcome.Provider!) : InterTokenRecorder.None;
            StreamPump pump = new(_client, response.Stream!, _wake, _timer, _lifetime, latency) { MayResume = () => _question.MayResume(), EndedBy = response.EndedBy };
            RelayResult relayed = await pump.RunAsync(response.HeldStep, response.Idle, response.ErrorOf);

            _outcome.Waited += TimeSpan.FromSeconds(_timer.Seconds(pump.WaitedTicks));
            _outcome.Usage = response.Stream!.Rules.Usage;
            _outcome.ContentChunks += response.Stream.ContentEvents;
            _outcome.MalformedEvents += response.Stream.MalformedEvents;
            if (relayed.SourceIsReusable)
                response.KeepConnection();
            else
                response.Abort();
            response.Report(relayed.Failure);
            if (relayed.IsBroken)
                _outcome.BrokenAnswers.Add((_outcome.Provider!, response.Stream.ContentEvents));
            // The wait that is outstanding ends with the connection; the next one must not find it.
            if (relayed.WaitIsOutstanding && relayed.IsBroken)
                await _wake.WaitAsync(WakeReason.Upstream);
            return relayed;
        }
    }

    private KeepaliveFrame NewKeepalive(Random random) => _keepalive.Style == KeepaliveStyle.Comment
        ? KeepaliveFrame.Comment
        : KeepaliveFrame.For(_question.Endpoint, Admission.RequestIds.New(random), _time.GetUtcNow().ToUnixTimeSeconds(), _question.Model);
}
