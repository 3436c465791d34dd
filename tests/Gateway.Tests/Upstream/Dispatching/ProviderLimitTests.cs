using Gateway.Configuration;
using Gateway.Health;
using Gateway.Telemetry;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>Attempts that their provider's own limit keeps back.</summary>
public sealed class ProviderLimitTests : IDisposable
{
    private static readonly LimitOptions One = new() { ConcurrentRequests = 1, QueueTimeout = TimeSpan.Zero };

    private readonly DispatchFixture _dispatch = new();

    public void Dispose() => _dispatch.Dispose();

    [Fact]
    public async Task Provider_WithoutRoom_TheNextIsAskedAndNobodyIsBlamed()
    {
        _dispatch.RateLimit = One;
        _dispatch.With("a-1 a-2");
        _dispatch.RateLimit = LimitOptions.None;
        _dispatch.With("b-1");
        using ProviderPass held = await HoldAsync("a-1");

        _dispatch.Start().Answer("b-1");

        Assert.Equal("b-1", await _dispatch.WinnerAsync());
        Assert.Equal(("b-1", "a-1:concurrent_requests b-1:ok"), (_dispatch.Asked, _dispatch.Results));
        Assert.Equal(ReplicaCondition.Usable, _dispatch.Replica("a-1").Health.Condition);
        Assert.Equal([new LimitRejection("provider:a", "concurrent_requests")], _dispatch.Outcome.Rejections!);
    }

    [Fact]
    public async Task Provider_WithoutRoom_NobodyElse_TheClientIsTold()
    {
        _dispatch.RateLimit = One;
        _dispatch.With("a-1 a-2");
        using ProviderPass held = await HoldAsync("a-1");
        _dispatch.Start();
        AttemptResult result = await _dispatch.Running!;
        Assert.Equal((429, "concurrent_requests", 1), (result.Failure!.Status, result.Failure.WireCode, result.Failure.RetryAfterSeconds));
        Assert.Equal("The provider 'a' has 1 requests under way, as many as it may: try again in 1 s.", result.Failure.Message);
    }

    [Fact]
    public async Task Slot_IsHeldUntilTheAnswerIsOver_AndEveryAttemptTakesItsOwn()
    {
        _dispatch.RateLimit = new() { ConcurrentRequests = 1, RequestsPerMinute = 10, QueueTimeout = TimeSpan.Zero };
        _dispatch.With("a-1 a-2").Start().Fail("a-1", AttemptVerdict.Failed).Answer("a-2");
        ProviderGate gate = _dispatch.Replica("a-1").Provider.Gate!;
        AttemptResult result = await _dispatch.Running!;
        Assert.Equal(1, _dispatch.Limits.Read(gate.Scope).Inflight);
        Assert.Equal(8, _dispatch.Limits.Read(gate.Scope).Requests!.Value.Remaining);
        result.Response!.Dispose();
        result.Response.Dispose();
        Assert.Equal(0, _dispatch.Limits.Read(gate.Scope).Inflight);
    }

    [Fact]
    public async Task Hedge_WithoutRoom_IsDeniedAndTheFirstGoesOn()
    {
        _dispatch.Hedging = new() { Delay = new(TimeSpan.FromMilliseconds(100), 0) };
        _dispatch.RateLimit = One;
        _dispatch.With("a-1 a-2").Start().Advance(100).Advance(500).Answer("a-1");
        Assert.Equal("a-1", await _dispatch.WinnerAsync());
        Assert.Equal(("a-1", "a-1:ok"), (_dispatch.Asked, _dispatch.Results));
        RequestOutcome outcome = _dispatch.Outcome;
        Assert.Equal((1, 0, 0, false), (outcome.HedgesDenied, outcome.HedgesWon, outcome.HedgesLost, outcome.IsHedged));
        Assert.Equal(0, _dispatch.Limits.Read(_dispatch.Replica("a-1").Provider.Gate!.Scope).Inflight);
    }

    [Fact]
    public async Task Hedge_ThatLoses_GivesItsSlotBack()
    {
        _dispatch.Hedging = new() { Delay = new(TimeSpan.FromMilliseconds(100), 0) };
        _dispatch.RateLimit = One with { ConcurrentRequests = 2 };
        _dispatch.With("a-1 a-2").Start().Advance(100).NoticesLate("a-2").Answer("a-1");
        Assert.Equal("a-1", await _dispatch.WinnerAsync());
        Assert.Equal(1, _dispatch.Limits.Read(_dispatch.Replica("a-1").Provider.Gate!.Scope).Inflight);
        _dispatch.Answer("a-2");
        Assert.Equal(0, _dispatch.Limits.Read(_dispatch.Replica("a-1").Provider.Gate!.Scope).Inflight);
    }

    private async Task<ProviderPass> HoldAsync(string replica) => (await _dispatch.Replica(replica).Provider.Gate!.EnterAsync(null!, mayWait: false, default)).Pass!;
}
