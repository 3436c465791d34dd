using Gateway.Failures;
using Gateway.Relay;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>An attempt that ends when the test says so, or when it is given up.</summary>
internal sealed class FakeAttempt
{
    private readonly TaskCompletionSource<AttemptResult> _end = new();

    internal FakeAttempt(Candidate candidate, RequestLifetime lifetime, CancellationToken given)
    {
        Candidate = candidate;
        given.Register(() =>
        {
            WasGivenUp = true;
            if (EndsWhenGivenUp)
                _end.TrySetResult(AttemptResult.Cancelled(new(FailureCode.ClientClosed, "given up")));
        });
        lifetime.Token.Register(() => _end.TrySetResult(AttemptResult.Cancelled(lifetime.ToFailure()!)));
    }

    internal Candidate Candidate { get; }

    internal ProviderPass? Pass { get; init; }

    internal bool WasGivenUp { get; private set; }

    internal bool EndsWhenGivenUp { get; set; } = true;

    internal Task<AttemptResult> Task => _end.Task;

    internal void End(AttemptResult result) => _end.SetResult(result);
}
