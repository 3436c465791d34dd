using Gateway.Telemetry;

namespace Gateway.Upstream.Hedging;

/// <summary>One attempt in a race.</summary>
internal sealed class Runner(Candidate candidate, AttemptKind kind, bool holdsTrial, long started) : IDisposable
{
    private readonly CancellationTokenSource _givenUp = new();

    internal Candidate Candidate { get; } = candidate;

    internal AttemptKind Kind { get; } = kind;

    internal bool HoldsTrial { get; } = holdsTrial;

    internal long Started { get; } = started;

    internal CancellationToken GivenUp => _givenUp.Token;

    /// <summary>The attempt; set once, right after its start.</summary>
    internal Task<AttemptResult> Attempt { get; set; } = null!;

    /// <summary>Closes the attempt's connection and forgets about it; what it may still bring is thrown away when it comes.</summary>
    internal void GiveUp()
    {
        _givenUp.Cancel();
        _ = DiscardAsync();
    }

    /// <summary>Not needed for a winner: its source holds nothing.</summary>
    public void Dispose() => _givenUp.Dispose();

    private async Task DiscardAsync()
    {
        UpstreamResponse? late = (await Attempt).Response;
        late?.Abort();
        late?.Dispose();
        Dispose();
    }
}
