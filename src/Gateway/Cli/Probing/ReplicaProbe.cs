using System.IO.Pipelines;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Models;
using Gateway.Relay;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Sources;
using Gateway.Upstream;
using Gateway.Upstream.Http1;

namespace Gateway.Cli.Probing;

/// <summary>One replica's proof: its models, one short completion, one stream; by the code that serves requests.</summary>
internal sealed class ReplicaProbe(Replica replica, string? wantedModel, TimeProvider time, Random random)
{
    /// <summary>How long one step may take; <c>timeouts</c> may end it earlier.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ListingPatience = TimeSpan.FromSeconds(10);

    private readonly ProviderOptions _provider = replica.Provider.Options;
    private ProbeResult _result = new(replica.Id, replica.BaseUrl.AbsoluteUri.TrimEnd('/'));
    private IReadOnlyList<string> _listed = [];
    private bool _isRejected;
    private bool _isAccepted;

    internal async Task<ProbeResult> RunAsync(CancellationToken cancellation)
    {
        if (_provider.HasNoModels)
            Note(new("It has neither credentials nor models.", $"Set providers.{_provider.Name}.api-key."));
        else if (await ListAsync(cancellation) && Choose() is { } model)
            await CompleteAsync(model, cancellation);

        return _result with
        {
            Credentials = ProbeCredentials.Has(_provider)
                ? _isRejected ? "rejected" : _isAccepted ? "accepted" : "unproved"
                : _isRejected ? "missing" : "none",
        };
    }

    /// <summary>Asks for the models unless they are configured.</summary>
    /// <returns>Whether it makes sense to go on.</returns>
    private async Task<bool> ListAsync(CancellationToken cancellation)
    {
        if (_provider.Models.Count > 0)
        {
            _listed = _provider.Models;
            _result = _result with { Models = $"{_listed.Count} configured" };
            return true;
        }

        long start = time.GetTimestamp();
        ProbeFinding? finding = await AskForModelsAsync(cancellation);
        if (finding is null)
        {
            _result = _result with { Models = $"{_listed.Count} in {ProbeText.Time(time.GetElapsedTime(start))}" };
            return true;
        }

        _result = _result with { Models = ProbeResult.Failed };
        Note(finding);
        return false;
    }

    private async Task<ProbeFinding?> AskForModelsAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(ListingPatience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            if (await replica.Provider.Credentials.GetAsync(either.Token) is null)
                return TokenMissing;
            (int status, byte[] body) = await UpstreamQuery.AskAsync(replica, replica.Provider.Dialect.ListingPath, either.Token);
            _isRejected |= status is 401 or 403;
            if (status != 200 || ModelListing.Parse(body) is not { } ids)
                return AnswerDiagnosis.OfListing(status, body, replica);
            _isAccepted = true;
            _listed = ids;
            return null;
        }
        catch (UpstreamTransportException failure)
        {
            return TransportDiagnosis.Of(failure, replica);
        }
    }

    private ProbeFinding TokenMissing => new(
        "Its token service gives no access token.",
        $"Check providers.{replica.Provider.Name}.oauth2: is token-url right and reachable, are client-id and client-secret of this service, may they have this scope?");

    private string? Choose()
    {
        string? model = wantedModel ?? ProbeModels.Choose(_listed);
        if (model is null)
            Note(new("It lists no model.", "Is the model still loading, are its workers up? Else name one with --model."));
        else
            _result = _result with { Model = model };
        return model;
    }

    private async Task CompleteAsync(string model, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        using (RequestLifetime lifetime = NewLifetime(cancellation))
        {
            AttemptResult result = await AskAsync(model, isStream: false, lifetime);
            using UpstreamResponse? response = result.Response;
            _result = _result with { Completion = response is null ? ProbeResult.Failed : ProbeText.Time(time.GetElapsedTime(start)) };
            if (response is null)
            {
                await NoteAsync("Completion", model, result, cancellation);
                return;
            }
        }

        start = time.GetTimestamp();
        using RequestLifetime streaming = NewLifetime(cancellation);
        AttemptResult streamed = await AskAsync(model, isStream: true, streaming);
        using UpstreamResponse? stream = streamed.Response;
        if (stream is null)
        {
            _result = _result with { Stream = ProbeResult.Failed };
            await NoteAsync("Stream", model, streamed, cancellation);
            return;
        }

        _result = _result with { FirstToken = ProbeText.Time(time.GetElapsedTime(start)) };
        bool isComplete = stream.Stream is null || await IsCompleteAsync(stream.Stream, stream.HeldStep);
        _result = _result with { Stream = isComplete ? ProbeText.Time(time.GetElapsedTime(start)) : ProbeResult.Failed };
        if (!isComplete)
            Note(new("Stream: it broke off before its end.", "Look at the upstream's log; does a proxy in between cut long answers?"));
        else if (stream.Stream is null)
            Note(new("Stream: the upstream answered at once instead of streaming.", "Does a proxy in between buffer answers, or does the model not stream?"));
    }

    private async Task<AttemptResult> AskAsync(string model, bool isStream, RequestLifetime lifetime)
    {
        UpstreamCall call = ProbeCall.Create(model, isStream);
        AttemptResult result = await new Attempt(call, new Candidate(replica, model), lifetime, time, random, pass: null, CancellationToken.None).RunAsync();
        call.DropBody();
        _isAccepted |= result.Response is not null;
        _isRejected |= result.Failure?.Code == FailureCode.UpstreamAuth;
        return result;
    }

    /// <summary>Reads a stream to its end, for nobody.</summary>
    private static async Task<bool> IsCompleteAsync(StreamRelay relay, RelayStep step)
    {
        PipeWriter nobody = PipeWriter.Create(Stream.Null);
        relay.Release(nobody, isFirst: true);
        while (step.Signal == StreamSignal.None && step.Status is ReadStatus.Data or ReadStatus.Blocked)
        {
            await nobody.FlushAsync(CancellationToken.None);
            if (step.Status == ReadStatus.Blocked)
                await relay.WaitAsync();
            step = relay.Step(nobody);
        }

        await nobody.CompleteAsync();
        return relay.Rules.IsComplete;
    }

    /// <summary>A model that is missing is looked for among those the upstream lists, if the configuration names other ones.</summary>
    private async Task NoteAsync(string what, string model, AttemptResult result, CancellationToken cancellation)
    {
        if (result.Verdict == AttemptVerdict.ModelMissing && _provider.Models.Count > 0)
            await AskForModelsAsync(cancellation);
        Note(AnswerDiagnosis.OfCompletion(what, model, result, _listed, replica));
    }

    private void Note(ProbeFinding finding) =>
        _result = _result.With(new(ProbeText.Clean(finding.Problem, _provider), ProbeText.Clean(finding.Fix, _provider)));

    private RequestLifetime NewLifetime(CancellationToken cancellation)
    {
        RequestLifetime lifetime = new(cancellation, CancellationToken.None);
        lifetime.SetDeadline(_provider.Timeouts.Total < Patience ? _provider.Timeouts.Total : Patience, time);
        return lifetime;
    }
}
