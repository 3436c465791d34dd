using Gateway.Failures;
using Gateway.Health;
using Gateway.Relay;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream.Dispatching;

/// <summary>Whom a request asks next, by what the ones before said (failures.md, the rows before content).</summary>
public sealed class DispatchTests : IDisposable
{
    private readonly DispatchFixture _requests = new();

    public void Dispose() => _requests.Dispose();

    [Fact]
    public async Task Failed_AnotherReplicaOfTheProviderThenTheNextProvider()
    {
        _requests.With("a-1 b-1 a-2").Start().Fail("a-1", AttemptVerdict.Failed).Fail("a-2", AttemptVerdict.Failed).Answer("b-1");
        Assert.Equal("b-1", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-2 b-1", _requests.Asked);
        Assert.Equal(["first", "retry", "retry"], _requests.Outcome.Attempts.Select(attempt => attempt.Kind.ToString().ToLowerInvariant()));
        Assert.Equal([null, "upstream_failed", "upstream_failed"], _requests.Outcome.Attempts.Select(attempt => attempt.Reason));
        Assert.Equal([null, null, "a"], _requests.Outcome.Attempts.Select(attempt => attempt.FallbackFrom));
    }

    [Fact]
    public async Task Failed_TheLastAttemptAllowed_GoesToAProviderThatWasNotAsked()
    {
        _requests.With("a-1 a-2 a-3 b-1").Start().Fail("a-1", AttemptVerdict.Failed).Fail("a-2", AttemptVerdict.Failed).Answer("b-1");
        Assert.Equal("b-1", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task Refused_IsFinal()
    {
        _requests.With("a-1 a-2 b-1").Start().Fail("a-1", AttemptVerdict.Refused, code: FailureCode.UpstreamRejected);
        Assert.Equal("invalid_request", await _requests.WinnerAsync());
        Assert.Equal("a-1", _requests.Asked);
    }

    [Fact]
    public async Task ServerFault_OneMoreTryAndNoThird()
    {
        _requests.With("a-1 a-2 a-3").Start().FailWith500("a-1").FailWith500("a-2");
        Assert.Equal("upstream_failed", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-2", _requests.Asked);
    }

    [Fact]
    public async Task RefusedConnections_EveryReplicaIsAskedAndNoBudgetIsCharged()
    {
        _requests.Retries = new() { Budget = 0 };
        _requests.With("a-1 a-2 a-3 a-4").Start();
        for (int i = 1; i <= 3; i++)
            _requests.Fail($"a-{i}", AttemptVerdict.Failed, FailureReason.Unreachable, code: FailureCode.UpstreamUnreachable, connected: false);
        _requests.Answer("a-4");
        Assert.Equal("a-4", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task BrokenConnections_CountAsAttempts_OrOneRequestCouldKillThemAll()
    {
        _requests.With("a-1 a-2 a-3 a-4").Start();
        for (int i = 1; i <= 3; i++)
            _requests.Fail($"a-{i}", AttemptVerdict.Failed, FailureReason.Unreachable, code: FailureCode.UpstreamUnreachable);
        Assert.Equal("upstream_unreachable", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-2 a-3", _requests.Asked);
    }

    [Fact]
    public async Task OnlyReplica_Fails_IsAskedAgainAfterABackoff()
    {
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.Failed);
        Assert.Equal("a-1", _requests.Asked);
        _requests.Advance(51).Fail("a-1", AttemptVerdict.Failed).Advance(101).Fail("a-1", AttemptVerdict.Failed);
        Assert.Equal("upstream_failed", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-1 a-1", _requests.Asked);
    }

    [Fact]
    public async Task OnlyReplica_Silent_IsNotAskedAgain()
    {
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.Failed, FailureReason.Timeout, code: FailureCode.FirstByteTimeout);
        Assert.Equal("first_byte_timeout", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task RateLimited_AnotherAtOnce()
    {
        _requests.With("a-1 a-2").Start().Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(2), code: FailureCode.UpstreamRateLimited).Answer("a-2");
        Assert.Equal("a-2", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task RateLimited_NobodyElse_WaitsAsLongAsAskedAndTriesAgain()
    {
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(2), code: FailureCode.UpstreamRateLimited);
        _requests.Advance(1999);
        Assert.Equal("a-1", _requests.Asked);
        _requests.Advance(110).Answer("a-1");
        Assert.Equal("a-1", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-1", _requests.Asked);
    }

    [Fact]
    public async Task RateLimited_LongerThanMayBeWaited_GoesToTheClientWithTheSameRetryAfter()
    {
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(31), code: FailureCode.UpstreamRateLimited);
        AttemptResult result = await _requests.Running!;
        Assert.Equal((FailureCode.UpstreamRateLimited, TimeSpan.FromSeconds(31)), (result.Failure!.Code, result.Failure.RetryAfter));
    }

    [Fact]
    public async Task RateLimited_ForEver_AtMostThreeAttempts()
    {
        _requests.With("a-1").Start();
        for (int i = 0; i < 3; i++)
            _requests.Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(2), code: FailureCode.UpstreamRateLimited).Advance(2110);
        Assert.Equal("upstream_rate_limited", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-1 a-1", _requests.Asked);
    }

    [Fact]
    public async Task RateLimited_WaitsBeyondTheDeadline_AreNotBegun()
    {
        _requests.Lifetime.SetDeadline(TimeSpan.FromSeconds(1), _requests.Time);
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(2), code: FailureCode.UpstreamRateLimited);
        Assert.Equal("upstream_rate_limited", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task CoolingFromBefore_TheNextRequestWaitsToo()
    {
        _requests.With("a-1").Replica("a-1").Health.CoolDown(TimeSpan.FromSeconds(1), isRateLimit: true);
        _requests.Start().Advance(999);
        Assert.Equal("", _requests.Asked);
        _requests.Advance(110).Answer("a-1");
        Assert.Equal("a-1", await _requests.WinnerAsync());
    }

    [Theory]
    [InlineData(true, "upstream_rate_limited")]
    [InlineData(false, "upstream_overloaded")]
    public async Task CoolingForLong_FailsWithoutAskingAnybody(bool isRateLimit, string code)
    {
        _requests.With("a-1").Replica("a-1").Health.CoolDown(TimeSpan.FromSeconds(60), isRateLimit);
        Assert.Equal(code, await _requests.Start().WinnerAsync());
        Assert.Equal("", _requests.Asked);
    }

    [Fact]
    public async Task ClientLeaves_DuringAWait_EndsAtOnce()
    {
        _requests.With("a-1").Start().Fail("a-1", AttemptVerdict.RateLimited, pause: TimeSpan.FromSeconds(2), code: FailureCode.UpstreamRateLimited);
        _requests.Cancel(CancelReason.ClientClosed);
        Assert.Equal("client_closed", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task CredentialsRejected_TheProviderIsLeftOut()
    {
        _requests.With("a-1 a-2 b-1").Start().Fail("a-1", AttemptVerdict.CredentialsRejected, code: FailureCode.UpstreamAuth).Answer("b-1");
        Assert.Equal("b-1", await _requests.WinnerAsync());
        Assert.Equal("a-1 b-1", _requests.Asked);
    }

    [Fact]
    public async Task ModelMissing_AnotherReplicaIsAskedAndNoneTwice()
    {
        _requests.With("a-1 a-2").Start().Fail("a-1", AttemptVerdict.ModelMissing, code: FailureCode.ModelNotFound).Fail("a-2", AttemptVerdict.ModelMissing, code: FailureCode.ModelNotFound);
        Assert.Equal("model_not_found", await _requests.WinnerAsync());
        Assert.Equal("a-1 a-2", _requests.Asked);
    }

    [Theory]
    [InlineData(false, "a-1")]
    [InlineData(true, "a-1 b-1")]
    public async Task ContextTooLong_OneEquivalentWhereConfigured(bool fallsBack, string asked)
    {
        _requests.Retries = new() { FallBackOnContextLength = fallsBack };
        _requests.With("a-1 a-2 b-1:other b-2:third").Start().Fail("a-1", AttemptVerdict.ContextTooLong, code: FailureCode.UpstreamRejected);
        if (fallsBack)
            _requests.Fail("b-1", AttemptVerdict.ContextTooLong, code: FailureCode.UpstreamRejected);
        Assert.Equal("invalid_request", await _requests.WinnerAsync());
        Assert.Equal(asked, _requests.Asked);
    }

    [Fact]
    public async Task Budget_Spent_TheFailureGoesToTheClient()
    {
        _requests.With("a-1 a-2");
        for (int i = 0; i < 10; i++)
        {
            _requests.Start().Fail("a-1", AttemptVerdict.ModelMissing).Fail("a-2", AttemptVerdict.ModelMissing);
            await _requests.WinnerAsync();
        }

        _requests.Start().Fail("a-1", AttemptVerdict.ModelMissing).Start().Fail("a-1", AttemptVerdict.ModelMissing).Start().Fail("a-1", AttemptVerdict.ModelMissing);
        Assert.Equal("upstream_failed", await _requests.WinnerAsync());
    }

    [Fact]
    public async Task NoCandidate_IsAnError()
    {
        Assert.Equal("no_healthy_replica", await _requests.Start().WinnerAsync());
    }
}
