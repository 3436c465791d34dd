using BenchmarkDotNet.Attributes;
using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Requests;
using Gateway.Streaming.Requests;
using Gateway.Telemetry;
using Gateway.Upstream;
using Gateway.Upstream.Hedging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Bench.Upstream;

/// <summary>
/// The hedge timer of a request whose first attempt ends before the delay, as nearly all do: a race set up, its timer armed and taken back; against
/// the two tasks and the cancellation that cannot be done without.
/// </summary>
[MemoryDiagnoser]
public class HedgeRaceBenchmarks : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    private readonly AttemptResult _result = AttemptResult.Cancelled(new(FailureCode.ClientClosed, "The client left."));
    private readonly InboundRequest _body = new(0);
    private readonly List<Candidate> _candidates = [];
    private DispatchPolicy _policy = null!;
    private UpstreamCall _call = null!;
    private Provider _provider = null!;

    [GlobalSetup]
    public void Setup()
    {
        _provider = new(
            new ProviderOptions { Name = "dynamo", Type = ProviderType.Dynamo, BaseUrls = [new("http://dynamo-1:8000/"), new("http://dynamo-2:8000/")], Models = ["m"] },
            TimeProvider.System);
        foreach (Replica replica in _provider.Replicas)
            _candidates.Add(new(replica, "m"));
        _policy = new(new RetryOptions(), new HedgingOptions(), new(TimeProvider.System), TimeProvider.System);
        _call = new()
        {
            Endpoint = Endpoint.ChatCompletions,
            Model = "m",
            Body = ReadOnlyMemory<byte>.Empty,
            BodyOwner = _body,
            Fields = new RequestFields(),
            Headers = new HeaderDictionary(),
            Query = "",
            RequestId = "1",
            MayBeHedged = true,
        };
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _provider.Dispose();
        _body.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public bool TwoTasks()
    {
        TaskCompletionSource<AttemptResult> attempt = new();
        Task<AttemptResult> first = FirstAsync(attempt.Task);
        attempt.SetResult(_result);
        return first.GetAwaiter().GetResult().Verdict == AttemptVerdict.Cancelled;
    }

    [Benchmark]
    [AllowedBytes(3_000)]
    public bool Race()
    {
        TaskCompletionSource<AttemptResult> attempt = new();
        CandidateQueue queue = new(_candidates);
        RequestOutcome outcome = new() { RequestId = "1", Method = "POST", Path = "/" };
        Race race = new(_call, queue, _policy, Delay, 3, new(_call, queue, _policy, outcome), TimeProvider.System, (_, _, _) => attempt.Task);
        Task<AttemptResult> running = race.RunAsync(_candidates[0], null, AttemptKind.First, holdsTrial: false);
        attempt.SetResult(_result);
        return running.GetAwaiter().GetResult().Verdict == AttemptVerdict.Cancelled;
    }

    private static async Task<AttemptResult> FirstAsync(Task<AttemptResult> attempt)
    {
        using CancellationTokenSource isOver = new();
        await Task.WhenAny(attempt, Task.Delay(Delay, TimeProvider.System, isOver.Token));
        isOver.Cancel();
        return await attempt;
    }
}
