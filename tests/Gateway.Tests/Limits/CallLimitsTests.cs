using Gateway.Failures;
using Gateway.Limits;
using Gateway.Streaming.Usage;
using Gateway.Telemetry;

namespace Gateway.Tests.Limits;

/// <summary>Requests that cost no tokens, and calls that cost them instead.</summary>
public class CallLimitsTests
{
    private const int Limit = 1000;
    private const int Estimate = ClientLimitsFixture.Estimate;

    private static readonly LimitScope Key = new(LimitOwner.Key, "team-a", new() { RequestsPerMinute = 100, TokensPerMinute = Limit });

    private readonly ClientLimitsFixture _fixture = new();

    [Fact]
    public async Task Count_TokensExhausted_IsGrantedAndTakesNone()
    {
        await AdmittedAsync(reserves: true);
        RequestOutcome refused = await AdmittedAsync();
        Assert.Equal("tokens_per_minute", (await _fixture.ReserveAsync(refused))!.WireCode);
        RequestOutcome hit = await AdmittedAsync();

        Assert.Null(await _fixture.Limits.CountAsync(_fixture.Response, hit, default));

        Assert.Equal("486", _fixture.Response.Headers["x-ratelimit-remaining-tokens"]);
        _fixture.Limits.Settle(hit);
        Assert.Equal(Limit - Estimate, Remaining);
        Assert.Equal(97, _fixture.Counts.Read(Key).Requests!.Value.Remaining);
    }

    [Fact]
    public async Task Reserve_AfterCount_TakesTokensOnce()
    {
        RequestOutcome outcome = await AdmittedAsync();
        await _fixture.Limits.CountAsync(_fixture.Response, outcome, default);

        Assert.Null(await _fixture.ReserveAsync(outcome));
        Assert.Null(await _fixture.ReserveAsync(outcome));

        Assert.Equal(Limit - Estimate, Remaining);
    }

    [Fact]
    public async Task HandOver_RequestOver_TheCallPaysWhatItUsed()
    {
        RequestOutcome leader = await AdmittedAsync(reserves: true), call = ClientLimitsFixture.NewOutcome();

        _fixture.Limits.HandOver(leader, call);
        leader.Failure = new(FailureCode.ClientClosed, "");
        _fixture.Limits.Settle(leader);
        Assert.Equal((Limit - Estimate, 0), (Remaining, _fixture.Counts.Read(Key).Inflight));

        call.Usage = new TokenUsage(10, 20, 0, 0);
        _fixture.Limits.Settle(call);
        Assert.Equal((Limit - 30, 0), (Remaining, _fixture.Counts.Read(Key).Inflight));
    }

    [Fact]
    public async Task HandOver_NothingReserved_NothingIsHeld()
    {
        RequestOutcome leader = ClientLimitsFixture.NewOutcome(), call = ClientLimitsFixture.NewOutcome();
        await _fixture.AdmitAsync(null, null, leader);
        _fixture.Limits.HandOver(leader, call);
        Assert.Null(call.Claim);
    }

    [Fact]
    public async Task ReserveCall_Room_TakesTokensAndNeitherRequestNorSlot()
    {
        RequestOutcome hit = await AdmittedAsync(), call = ClientLimitsFixture.NewOutcome();

        Assert.True(await _fixture.ReserveCallAsync(hit, call));

        Assert.Equal((Limit - Estimate, 99, 1), (Remaining, (int)_fixture.Counts.Read(Key).Requests!.Value.Remaining, _fixture.Counts.Read(Key).Inflight));
        call.Failure = new(FailureCode.UpstreamFailed, "");
        _fixture.Limits.Settle(call);
        Assert.Equal((Limit, 1), (Remaining, _fixture.Counts.Read(Key).Inflight));
    }

    [Fact]
    public async Task ReserveCall_NoRoom_SaysSoAndHoldsNothing()
    {
        await AdmittedAsync(reserves: true);
        RequestOutcome hit = await AdmittedAsync(), call = ClientLimitsFixture.NewOutcome();

        Assert.False(await _fixture.ReserveCallAsync(hit, call));

        Assert.Null(call.Claim);
        Assert.Equal(Limit - Estimate, Remaining);
    }

    private long Remaining => _fixture.Counts.Read(Key).Tokens!.Value.Remaining;

    private async Task<RequestOutcome> AdmittedAsync(bool reserves = false)
    {
        RequestOutcome outcome = ClientLimitsFixture.NewOutcome();
        Assert.Null(await _fixture.AdmitAsync(Key, null, outcome));
        if (reserves)
            Assert.Null(await _fixture.ReserveAsync(outcome));
        return outcome;
    }
}
