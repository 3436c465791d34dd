using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Health;
using Gateway.Relay;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>Hedging, every order of events (failures.md, "Hedging"): a fixed delay of 100 ms.</summary>
public sealed class RaceTests : IDisposable
{
    private static readonly HedgingOptions After100 = new() { Delay = new(TimeSpan.FromMilliseconds(100), 0) };

    private readonly DispatchFixture _race = new() { Hedging = After100 };

    public void Dispose() => _race.Dispose();

    [Fact]
    public async Task Primary_AnswersBeforeTheDelay_NobodyElseIsAsked()
    {
        _race.With("a-1 a-2").Start().Advance(99).Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
        Assert.Equal("a-1", _race.Asked);
        Assert.False(_race.Outcome.IsHedged);
    }

    [Fact]
    public async Task Hedge_AnswersFirst_WinsAndTheLoserIsClosedButNotAwaited()
    {
        _race.With("a-1 a-2 a-3").Start().NoticesLate("a-1").Advance(100).Answer("a-2");
        Assert.Equal("a-2", await _race.WinnerAsync());
        Assert.True(_race.WasGivenUp("a-1"));
        Assert.Equal("a-2:ok a-1:cancelled", _race.Results);
        Assert.Equal((1, 0, 0, true), (_race.Outcome.HedgesWon, _race.Outcome.HedgesLost, _race.Outcome.HedgesDenied, _race.Outcome.IsHedged));
        // The loser still reads the body; its late answer is thrown away with its connection.
        Assert.False(_race.BodyIsFreed);
        _race.Answer("a-1").ReleaseBody();
        Assert.True(_race.BodyIsFreed);
        Assert.Equal(0, _race.Replica("a-1").Inflight);
    }

    [Fact]
    public async Task Primary_AnswersAfterTheHedgeStarted_WinsAndTheHedgeIsClosed()
    {
        _race.With("a-1 a-2").Start().Advance(100).Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
        Assert.True(_race.WasGivenUp("a-2"));
        Assert.Equal((0, 1), (_race.Outcome.HedgesWon, _race.Outcome.HedgesLost));
    }

    [Fact]
    public async Task Both_AnswerInTheSameInstant_OneWinsAndTheOtherIsDisposed()
    {
        _race.With("a-1 a-2").WhenAsked("a-2", () => _race.Answer("a-2").Answer("a-1")).Start().Advance(100);
        Assert.Equal("a-1", await _race.WinnerAsync());
        Assert.True(_race.WasGivenUp("a-2"));
        Assert.Equal(0, _race.Replica("a-2").Inflight);
    }

    [Fact]
    public async Task Hedge_FailsFirst_ThePrimaryGoesOn()
    {
        _race.With("a-1 a-2 a-3").Start().Advance(100).Fail("a-2", AttemptVerdict.Failed);
        Assert.False(_race.Running!.IsCompleted);
        Assert.Equal("a-1 a-2", _race.Asked);
        _race.Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
        Assert.Equal((0, 1), (_race.Outcome.HedgesWon, _race.Outcome.HedgesLost));
    }

    [Fact]
    public async Task Primary_FailsWhileTheHedgeIsInFlight_TheHedgeGoesOn()
    {
        _race.With("a-1 a-2 a-3").Start().Advance(100).Fail("a-1", AttemptVerdict.Failed, FailureReason.Unreachable);
        Assert.Equal("a-1 a-2", _race.Asked);
        _race.Answer("a-2");
        Assert.Equal("a-2", await _race.WinnerAsync());
    }

    [Fact]
    public async Task Both_Fail_TheThirdReplicaIsAsked()
    {
        _race.With("a-1 a-2 a-3").Start().Advance(100).Fail("a-1", AttemptVerdict.Failed).Fail("a-2", AttemptVerdict.Failed);
        Assert.Equal("a-1 a-2 a-3", _race.Asked);
        _race.Answer("a-3");
        Assert.Equal("a-3", await _race.WinnerAsync());
    }

    [Fact]
    public async Task Both_Silent_NeitherIsAskedAgain()
    {
        _race.Retries = new() { MaxAttempts = 5 };
        _race.With("a-1 a-2").Start().Advance(100);
        _race.Fail("a-1", AttemptVerdict.Failed, FailureReason.Timeout, code: FailureCode.FirstByteTimeout);
        _race.Fail("a-2", AttemptVerdict.Failed, FailureReason.Timeout, code: FailureCode.FirstByteTimeout);
        Assert.Equal("first_byte_timeout", await _race.WinnerAsync());
        Assert.Equal("a-1 a-2", _race.Asked);
    }

    [Fact]
    public async Task Both_SayServerError_NoThirdIsAsked()
    {
        _race.With("a-1 a-2 a-3").Start().Advance(100).FailWith500("a-1").FailWith500("a-2");
        Assert.Equal("upstream_failed", await _race.WinnerAsync());
        Assert.Equal("a-1 a-2", _race.Asked);
    }

    [Fact]
    public async Task Primary_CredentialsRejectedWhileTheHedgeRuns_ItsProviderIsLeftOut()
    {
        _race.Retries = new() { MaxAttempts = 5 };
        _race.With("a-1 b-1 a-2 b-2").Start().Advance(100);
        _race.Fail("a-1", AttemptVerdict.CredentialsRejected, code: FailureCode.UpstreamAuth).Fail("b-1", AttemptVerdict.Failed).Answer("b-2");
        Assert.Equal("b-2", await _race.WinnerAsync());
        Assert.Equal("a-1 b-1 b-2", _race.Asked);
    }

    [Fact]
    public async Task Primary_ContextTooLong_TheHedgeWasOfTheSameModelAndTheEquivalentComesNext()
    {
        _race.Retries = new() { FallBackOnContextLength = true };
        _race.With("a-1 b-1:long a-2 b-2:long").Start().Advance(100);
        Assert.Equal("a-1 a-2", _race.Asked);
        _race.Fail("a-1", AttemptVerdict.ContextTooLong, code: FailureCode.UpstreamRejected).Answer("b-1");
        Assert.Equal("b-1", await _race.WinnerAsync());
        Assert.Equal("a-1 a-2 b-1", _race.Asked);
    }

    [Fact]
    public async Task Client_LeavesBetweenPrimaryAndHedge_AllAreCancelled()
    {
        _race.With("a-1 a-2").Start().Advance(50);
        _race.Cancel(CancelReason.ClientClosed);
        Assert.Equal("client_closed", await _race.WinnerAsync());
        _race.Advance(100);
        Assert.Equal("a-1", _race.Asked);
    }

    [Fact]
    public async Task Client_LeavesWhileBothRun_BothAreCancelled()
    {
        _race.With("a-1 a-2").Start().Advance(100);
        _race.Cancel(CancelReason.ClientClosed);
        Assert.Equal("client_closed", await _race.WinnerAsync());
        _race.ReleaseBody();
        Assert.True(_race.BodyIsFreed);
    }

    [Fact]
    public async Task Primary_RefusesTheRequest_TheRefusalIsTheAnswer()
    {
        _race.With("a-1 a-2").Start().Advance(100).Fail("a-1", AttemptVerdict.Refused, code: FailureCode.UpstreamRejected);
        Assert.Equal("invalid_request", await _race.WinnerAsync());
        Assert.True(_race.WasGivenUp("a-2"));
    }

    [Fact]
    public async Task Hedge_RefusesTheRequest_ThePrimaryMayStillAnswer()
    {
        _race.With("a-1 a-2").Start().Advance(100).Fail("a-2", AttemptVerdict.Refused, code: FailureCode.UpstreamRejected);
        Assert.False(_race.Running!.IsCompleted);
        _race.Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
    }

    [Fact]
    public async Task Hedge_NoOtherReplica_IsDenied()
    {
        _race.With("a-1").Start().Advance(100).Advance(5000);
        Assert.Equal(1, _race.Outcome.HedgesDenied);
        _race.Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
    }

    [Fact]
    public async Task Hedges_Several_EachADelayAfterTheOneBefore()
    {
        _race.Hedging = After100 with { MaxHedges = 2, Budget = 1 };
        _race.With("a-1 a-2 a-3 a-4").Start().Advance(100);
        Assert.Equal("a-1 a-2", _race.Asked);
        _race.Advance(99);
        Assert.Equal("a-1 a-2", _race.Asked);
        _race.Advance(1).Advance(1000);
        Assert.Equal("a-1 a-2 a-3", _race.Asked);
        _race.Answer("a-3");
        Assert.Equal("a-3", await _race.WinnerAsync());
        Assert.Equal((1, 1), (_race.Outcome.HedgesWon, _race.Outcome.HedgesLost));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Hedge_UnaryOrForbidden_IsNeverSent(bool isStream, bool mayBeHedged)
    {
        _race.IsStream = isStream;
        _race.MayBeHedged = mayBeHedged;
        _race.With("a-1 a-2").Start().Advance(10_000);
        Assert.Equal("a-1", _race.Asked);
        _race.Answer("a-1");
        Assert.Equal("a-1", await _race.WinnerAsync());
        Assert.Equal(0, _race.Outcome.HedgesDenied);
    }

    [Fact]
    public async Task Winner_CutsAfterWinning_NobodyIsAskedAgain()
    {
        _race.With("a-1 a-2 a-3").Start().Advance(100).Answer("a-2");
        // What happens to the winner's stream from here on is the relay's; the race is over for good.
        Assert.Equal("a-2", await _race.WinnerAsync());
        _race.Advance(10_000);
        Assert.Equal("a-1 a-2", _race.Asked);
    }
}
