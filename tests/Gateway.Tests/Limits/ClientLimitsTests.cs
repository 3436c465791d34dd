using Gateway.Failures;
using Gateway.Limits;
using Gateway.Streaming.Usage;
using Gateway.Telemetry;
using Gateway.Tests.Requests;
using Microsoft.AspNetCore.Http;
using TestKit.Memory;

namespace Gateway.Tests.Limits;

public class ClientLimitsTests
{
    private static readonly LimitScope Key = new(LimitOwner.Key, "team-a", new() { RequestsPerMinute = 100, TokensPerMinute = 10_000 });
    private static readonly LimitScope Router = new(LimitOwner.Router, "default", new() { RequestsPerMinute = 2, ConcurrentRequests = 1 });

    private readonly ClientLimitsFixture _fixture = new();

    [Fact]
    public async Task Nobody_IsLimited_NothingIsHeldOrSaid()
    {
        RequestOutcome outcome = ClientLimitsFixture.NewOutcome();
        Assert.Null(await _fixture.AdmitAsync(null, null, outcome));
        Assert.Null(await _fixture.ReserveAsync(outcome));
        _fixture.Limits.Settle(outcome);
        Assert.Empty(_fixture.Response.Headers);
    }

    [Fact]
    public async Task Granted_Request_IsToldWhatIsLeftOfTheScarcest()
    {
        RequestOutcome outcome = ClientLimitsFixture.NewOutcome();
        Assert.Null(await _fixture.AdmitAsync(Key, Router, outcome));
        Assert.Null(await _fixture.ReserveAsync(outcome));
        IHeaderDictionary headers = _fixture.Response.Headers;
        Assert.Equal("2 1 30s", $"{headers["x-ratelimit-limit-requests"]} {headers["x-ratelimit-remaining-requests"]} {headers["x-ratelimit-reset-requests"]}");
        // Eight bytes of text and 512 tokens that nobody limited.
        Assert.Equal("10000 9486", $"{headers["x-ratelimit-limit-tokens"]} {headers["x-ratelimit-remaining-tokens"]}");
    }

    [Fact]
    public async Task Refused_Request_SaysWhichLimitOfWhomAndHoldsNothing()
    {
        RequestOutcome first = ClientLimitsFixture.NewOutcome();
        await _fixture.AdmitAsync(Key, Router, first);
        RequestOutcome second = ClientLimitsFixture.NewOutcome();
        Failure failure = (await _fixture.AdmitAsync(Key, Router, second))!;
        Assert.Equal((429, "rate_limit_error", "concurrent_requests", 1), (failure.Status, failure.Type, failure.WireCode, failure.RetryAfterSeconds));
        Assert.Equal("The router 'default' has 1 requests under way, as many as it may: try again in 1 s.", failure.Message);
        Assert.Equal([new LimitRejection("router:default", "concurrent_requests")], second.Rejections!);
        _fixture.Limits.Settle(second);
        Assert.Equal(1, _fixture.Counts.Read(Router).Inflight);
        _fixture.Limits.Settle(first);
        _fixture.Limits.Settle(first);
        Assert.Equal((0, 0), (_fixture.Counts.Read(Router).Inflight, _fixture.Counts.Read(Key).Inflight));
    }

    [Fact]
    public async Task Refused_Tokens_GiveTheSlotBack()
    {
        LimitScope small = new(LimitOwner.Key, "k", new() { TokensPerMinute = 1000, ConcurrentRequests = 5 });
        RequestOutcome first = ClientLimitsFixture.NewOutcome();
        await _fixture.AdmitAsync(small, null, first);
        Assert.Null(await _fixture.ReserveAsync(first));
        RequestOutcome second = ClientLimitsFixture.NewOutcome();
        Assert.Null(await _fixture.AdmitAsync(small, null, second));
        Failure failure = (await _fixture.ReserveAsync(second))!;
        Assert.Equal("tokens_per_minute", failure.WireCode);
        Assert.Equal("The key 'k' has used its 1000 tokens per minute: try again in 2 s.", failure.Message);
        _fixture.Limits.Settle(second);
        Assert.Equal(1, _fixture.Counts.Read(small).Inflight);
        _fixture.Limits.Settle(first);
        Assert.Equal(0, _fixture.Counts.Read(small).Inflight);
    }

    /// <summary>What is charged, by what is known at the end; the estimate is a prompt of 2 and 512 beyond it.</summary>
    public static TheoryData<string, long> Ends => new()
    {
        { "usage", 30 },
        { "stream without usage", 2 + 7 },
        { "stream that broke", 2 + 7 },
        { "whole answer without usage", 2 + 10 },
        { "client left at the upstream", 2 },
        { "client left in the stream", 2 + 7 },
        { "client left before an attempt", 0 },
        { "deadline at the upstream", 2 },
        { "upstream failed", 0 },
        { "upstream refused", 0 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Settle_Charges(string end, long charged)
    {
        RequestOutcome outcome = ClientLimitsFixture.NewOutcome();
        await _fixture.AdmitAsync(Key, null, outcome);
        await _fixture.ReserveAsync(outcome);
        outcome.Failure = end switch
        {
            "client left at the upstream" or "client left in the stream" or "client left before an attempt" => new(FailureCode.ClientClosed, ""),
            "deadline at the upstream" => new(FailureCode.TotalTimeout, ""),
            "upstream failed" => new(FailureCode.UpstreamFailed, ""),
            "upstream refused" => new(FailureCode.UpstreamRejected, ""),
            "stream that broke" => new(FailureCode.Incomplete, ""),
            _ => null,
        };
        outcome.ResponseBytes = 40;
        outcome.ContentChunks = end.Contains("stream", StringComparison.Ordinal) && !end.Contains("upstream", StringComparison.Ordinal) ? 7 : 0;
        if (end == "usage")
            outcome.Usage = new TokenUsage(10, 20, 0, 0);
        if (!end.Contains("before", StringComparison.Ordinal))
            outcome.Attempts.Add(new("p", "p-1", "ok", TimeSpan.Zero));

        _fixture.Limits.Settle(outcome);

        Assert.Equal(10_000 - charged, _fixture.Counts.Read(Key).Tokens!.Value.Remaining);
        Assert.Equal(0, _fixture.Counts.Read(Key).Inflight);
    }

    /// <summary>Limits with room, as nearly every request meets them: what is counted and said costs no byte.</summary>
    [Fact]
    public void Granted_RequestAfterRequest_AllocatesNothing()
    {
        LimitScope key = new(LimitOwner.Key, "k", new() { RequestsPerMinute = 10_000_000, TokensPerMinute = 200_000_000, ConcurrentRequests = 100 });
        LimitScope router = new(LimitOwner.Router, "r", new() { RequestsPerMinute = 20_000_000, TokensPerMinute = 300_000_000 });
        ScannedRequest request = new("""{"model":"m","max_tokens":32,"messages":[{"role":"user","content":"12345678"}]}""");
        RequestOutcome outcome = ClientLimitsFixture.NewOutcome();
        ClientLimits limits = new(new LocalLimits(new Leaping()));

        long allocated = AllocatedBytes.LowestOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                // Local limits answer at once.
#pragma warning disable CA2012
                Failure? refused = limits.AdmitAsync(key, router, _fixture.Response, outcome, default).Result ?? limits.ReserveAsync(request.Fields, request.Body, _fixture.Response, outcome, default).Result;
#pragma warning restore CA2012
                if (refused is not null)
                    throw new InvalidOperationException(refused.Message);
                limits.Settle(outcome);
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal("199999966", _fixture.Response.Headers["x-ratelimit-remaining-tokens"]);
    }

    /// <summary>A second later at every look, so that what remains is the same number each time; and it allocates nothing.</summary>
    private sealed class Leaping : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += TimeSpan.TicksPerSecond;
    }
}
