using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Health;
using Gateway.Limits;
using Gateway.Relay;
using Gateway.Streaming.Requests;
using Gateway.Telemetry;
using Gateway.Tests.Requests;
using Gateway.Tests.Simulator;
using Gateway.Upstream;
using Gateway.Upstream.Http1;
using Microsoft.AspNetCore.Http;
using Endpoint = Gateway.Streaming.Endpoint;
using Replica = Gateway.Upstream.Replica;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>
/// A dispatch whose attempts end when the test says so, on a clock that moves when told. Nothing runs on another thread: what an end or a tick
/// causes has happened when the call returns.
/// </summary>
internal sealed class DispatchFixture : IDisposable
{
    private readonly Dictionary<string, Provider> _providers = [];
    private readonly List<Candidate> _candidates = [];
    private readonly List<FakeAttempt> _attempts = [];
    private readonly Dictionary<string, Action> _whenAsked = [];
    private readonly BodyCounter _body = new();

    internal SteppedTimeProvider Time { get; } = new();

    internal RequestLifetime Lifetime { get; } = new(CancellationToken.None, CancellationToken.None);

    internal RequestOutcome Outcome { get; } = new() { RequestId = "r", Method = "POST", Path = "/" };

    internal RetryOptions Retries { get; set; } = new();

    internal HedgingOptions Hedging { get; set; } = new();

    internal bool IsStream { get; set; } = true;

    internal bool MayBeHedged { get; set; } = true;

    internal Task<AttemptResult>? Running { get; private set; }

    internal DispatchPolicy? Policy { get; private set; }

    /// <summary>Providers' limits, for those that <see cref="With"/> adds from now on.</summary>
    internal LimitOptions RateLimit { get; set; } = LimitOptions.None;

    internal LocalLimits Limits { get; }

    internal DispatchFixture() => Limits = new(Time);

    /// <summary>Attempts that have been started, in order, as <c>provider-N</c>.</summary>
    internal string Asked => string.Join(' ', _attempts.Select(attempt => attempt.Candidate.Replica.Id));

    internal bool BodyIsFreed => _body.IsFreed;

    internal string Results => string.Join(' ', Outcome.Attempts.Select(attempt => $"{attempt.Replica}:{attempt.Result}"));

    /// <summary>Adds candidates: <c>a-1 a-2 b-1</c>; <c>a-1:other</c> asks for another model.</summary>
    internal DispatchFixture With(string candidates, string? apiKey = null)
    {
        foreach (string text in candidates.Split(' '))
        {
            string[] parts = text.Split(':');
            string name = parts[0][..parts[0].IndexOf('-', StringComparison.Ordinal)];
            if (!_providers.TryGetValue(name, out Provider? provider))
                _providers[name] = provider = NewProvider(name, apiKey);
            _candidates.Add(new(provider.Replicas.First(replica => replica.Id == parts[0]), parts.Length > 1 ? parts[1] : "m"));
        }

        return this;
    }

    internal Replica Replica(string id) => _candidates.First(candidate => candidate.Replica.Id == id).Replica;

    internal DispatchFixture Start()
    {
        Policy ??= new(Retries, Hedging, new(Time), Time);
        UpstreamCall call = new()
        {
            Model = "m",
            Endpoint = Endpoint.ChatCompletions,
            Body = default,
            BodyOwner = _body,
            MayBeHedged = MayBeHedged,
            Fields = Fields(IsStream),
            Headers = new HeaderDictionary(),
            Query = "",
            RequestId = "r",
        };
        Dispatch dispatch = new(call, _candidates, Policy, Lifetime, Outcome, Time, new Random(1), Begin);
        return Do(() => Running = dispatch.RunAsync());
    }

    internal DispatchFixture Answer(string replica)
    {
        FakeAttempt attempt = Open(replica);
        return Do(() => attempt.End(AttemptResult.Success(NewResponse(attempt))));
    }

    /// <summary>Runs while the replica's attempt is being started, when nobody looks at the others.</summary>
    internal DispatchFixture WhenAsked(string replica, Action action)
    {
        _whenAsked[replica] = action;
        return this;
    }

    /// <summary>The request is over: its own hold on the body ends.</summary>
    internal void ReleaseBody() => _body.Dispose();

    internal DispatchFixture Fail(
        string replica, AttemptVerdict verdict, FailureReason reason = FailureReason.ServerError, TimeSpan? pause = null, FailureCode code = FailureCode.UpstreamFailed, bool connected = true)
    {
        FakeAttempt attempt = Open(replica);
        attempt.Pass?.Dispose();
        return Do(() => attempt.End(new(null, new Failure(code, "failed") { RetryAfter = pause }, verdict) { Reason = reason, Pause = pause, NeverConnected = !connected }));
    }

    internal DispatchFixture FailWith500(string replica)
    {
        FakeAttempt attempt = Open(replica);
        attempt.Pass?.Dispose();
        return Do(() => attempt.End(new(null, new Failure(FailureCode.UpstreamFailed, "500"), AttemptVerdict.Failed) { Reason = FailureReason.ServerError, IsServerFault = true }));
    }

    internal DispatchFixture Advance(double milliseconds) => Do(() => Time.Advance(TimeSpan.FromMilliseconds(milliseconds)));

    internal DispatchFixture Cancel(CancelReason reason) => Do(() => Lifetime.Cancel(reason));

    internal bool WasGivenUp(string replica) => _attempts.Last(attempt => attempt.Candidate.Replica.Id == replica).WasGivenUp;

    /// <summary>From now on giving an attempt up does not end it: its answer may already be on the way.</summary>
    internal DispatchFixture NoticesLate(string replica)
    {
        Open(replica).EndsWhenGivenUp = false;
        return this;
    }

    internal async Task<string> WinnerAsync()
    {
        AttemptResult result = await Running!.WaitAsync(TimeSpan.FromSeconds(5));
        using UpstreamResponse? response = result.Response;
        return response?.ReplicaId ?? FailureTable.Of(result.Failure!.Code).Code;
    }

    public void Dispose()
    {
        Lifetime.Dispose();
        foreach (Provider provider in _providers.Values)
            provider.Dispose();
    }

    private Task<AttemptResult> Begin(Candidate candidate, ProviderPass? pass, CancellationToken given)
    {
        FakeAttempt attempt = new(candidate, Lifetime, given) { Pass = pass };
        _attempts.Add(attempt);
        if (_whenAsked.TryGetValue(candidate.Replica.Id, out Action? action))
            action();
        return attempt.Task;
    }

    /// <summary>Off the test's synchronization context: continuations then run where their cause is.</summary>
    private DispatchFixture Do(Action action)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        action();
        SynchronizationContext.SetSynchronizationContext(context);
        return this;
    }

    private FakeAttempt Open(string replica) => _attempts.Last(attempt => attempt.Candidate.Replica.Id == replica && !attempt.Task.IsCompleted);

    private UpstreamResponse NewResponse(FakeAttempt attempt) =>
        new(new Http1Exchange(attempt.Candidate.Replica.Pool, CancellationToken.None), attempt.Candidate, new ReplicaLease(attempt.Candidate.Replica, attempt.Pass), null) { ContentType = "text/event-stream", Headers = [] };

    private Provider NewProvider(string name, string? apiKey) => new(
        new ProviderOptions
        {
            Name = name,
            Type = ProviderType.OpenAi,
            BaseUrls = [.. Enumerable.Range(1, 4).Select(port => new Uri($"http://127.0.0.1:{port}"))],
            ApiKey = apiKey is null ? null : new Secret(apiKey),
            Models = ["m"],
            RateLimit = RateLimit,
        },
        Time,
        new ProviderHealth(name, new HealthOptions(), apiKey is not null, Time, new Random(1), null),
        Limits);

    private static RequestFields Fields(bool isStream) => new ScannedRequest($$"""{"model":"m","messages":[],"stream":{{(isStream ? "true" : "false")}}}""").Fields;
}
