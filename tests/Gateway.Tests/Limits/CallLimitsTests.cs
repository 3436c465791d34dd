using System.Text;
using Gateway.Failures;
using Gateway.Limits;
using Gateway.Streaming.Requests;
using Gateway.Streaming.Usage;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using TestKit.Clocks;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Limits;

/// <summary>Requests that cost no tokens, and calls that cost them instead.</summary>
public class CallLimitsTests
{
    private const int Limit = 1000;

    /// <summary>Eight bytes of text, and 512 tokens that nobody limited.</summary>
    private const int Estimate = 514;

    private static readonly LimitScope Key = new(LimitOwner.Key, "team-a", new() { RequestsPerMinute = 100, TokensPerMinute = Limit });

    private readonly LocalLimits _counts;
    private readonly ClientLimits _limits;
    private readonly DefaultHttpContext _http = new();

    public CallLimitsTests()
    {
        _counts = new(new ManualTimeProvider());
        _limits = new(_counts);
    }

    [Fact]
    public async Task Count_TokensExhausted_IsGrantedAndTakesNone()
    {
        await AdmittedAsync(reserves: true);
        RequestOutcome refused = await AdmittedAsync();
        Assert.Equal("tokens_per_minute", (await ReserveAsync(refused))!.WireCode);
        RequestOutcome hit = await AdmittedAsync();

        Assert.Null(await _limits.CountAsync(_http.Response, hit, default));

        Assert.Equal("486", _http.Response.Headers["x-ratelimit-remaining-tokens"]);
        _limits.Settle(hit);
        Assert.Equal(Limit - Estimate, Remaining);
        Assert.Equal(97, _counts.Read(Key).Requests!.Value.Remaining);
    }

    [Fact]
    public async Task Reserve_AfterCount_TakesTokensOnce()
    {
        RequestOutcome outcome = await AdmittedAsync();
        await _limits.CountAsync(_http.Response, outcome, default);

        Assert.Null(await ReserveAsync(outcome));
        Assert.Null(await ReserveAsync(outcome));

        Assert.Equal(Limit - Estimate, Remaining);
    }

    [Fact]
    public async Task HandOver_RequestOver_TheCallPaysWhatItUsed()
    {
        RequestOutcome leader = await AdmittedAsync(reserves: true), call = NewOutcome();

        _limits.HandOver(leader, call);
        leader.Failure = new(FailureCode.ClientClosed, "");
        _limits.Settle(leader);
        Assert.Equal((Limit - Estimate, 0), (Remaining, _counts.Read(Key).Inflight));

        call.Usage = new TokenUsage(10, 20, 0, 0);
        _limits.Settle(call);
        Assert.Equal((Limit - 30, 0), (Remaining, _counts.Read(Key).Inflight));
    }

    [Fact]
    public async Task HandOver_NothingReserved_NothingIsHeld()
    {
        RequestOutcome leader = NewOutcome(), call = NewOutcome();
        await _limits.AdmitAsync(null, null, _http.Response, leader, default);
        _limits.HandOver(leader, call);
        Assert.Null(call.Claim);
    }

    [Fact]
    public async Task ReserveCall_Room_TakesTokensAndNeitherRequestNorSlot()
    {
        RequestOutcome hit = await AdmittedAsync(), call = NewOutcome();

        Assert.True(await ReserveCallAsync(hit, call));

        Assert.Equal((Limit - Estimate, 99, 1), (Remaining, (int)_counts.Read(Key).Requests!.Value.Remaining, _counts.Read(Key).Inflight));
        call.Failure = new(FailureCode.UpstreamFailed, "");
        _limits.Settle(call);
        Assert.Equal((Limit, 1), (Remaining, _counts.Read(Key).Inflight));
    }

    [Fact]
    public async Task ReserveCall_NoRoom_SaysSoAndHoldsNothing()
    {
        await AdmittedAsync(reserves: true);
        RequestOutcome hit = await AdmittedAsync(), call = NewOutcome();

        Assert.False(await ReserveCallAsync(hit, call));

        Assert.Null(call.Claim);
        Assert.Equal(Limit - Estimate, Remaining);
    }

    private long Remaining => _counts.Read(Key).Tokens!.Value.Remaining;

    private async Task<RequestOutcome> AdmittedAsync(bool reserves = false)
    {
        RequestOutcome outcome = NewOutcome();
        Assert.Null(await _limits.AdmitAsync(Key, null, _http.Response, outcome, default));
        if (reserves)
            Assert.Null(await ReserveAsync(outcome));
        return outcome;
    }

    private ValueTask<Failure?> ReserveAsync(RequestOutcome outcome)
    {
        (RequestFields fields, byte[] body) = Scanned();
        return _limits.ReserveAsync(fields, body, _http.Response, outcome, default);
    }

    private ValueTask<bool> ReserveCallAsync(RequestOutcome request, RequestOutcome call)
    {
        (RequestFields fields, byte[] body) = Scanned();
        return _limits.ReserveCallAsync(fields, body, request, call);
    }

    private static (RequestFields Fields, byte[] Body) Scanned()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"12345678"}]}""");
        RequestFields fields = new();
        Assert.Null(RequestScanner.Scan(body, Endpoint.ChatCompletions, fields));
        return (fields, body);
    }

    private static RequestOutcome NewOutcome() => new() { RequestId = "r", Method = "POST", Path = "/" };
}
