using System.Text;
using Gateway.Failures;
using Gateway.Tests.Simulator;
using Gateway.Upstream;
using Gateway.Upstream.Http1;

namespace Gateway.Tests.Upstream;

public sealed class StatusMapperTests
{
    [Theory]
    [InlineData(400, 400, "invalid_request")]
    [InlineData(401, 502, "upstream_auth")]
    [InlineData(403, 502, "upstream_auth")]
    [InlineData(404, 404, "invalid_request")]
    [InlineData(422, 422, "invalid_request")]
    [InlineData(429, 429, "upstream_rate_limited")]
    [InlineData(499, 502, "upstream_failed")]
    [InlineData(500, 502, "upstream_failed")]
    [InlineData(501, 501, "invalid_request")]
    [InlineData(502, 502, "upstream_failed")]
    [InlineData(503, 503, "upstream_overloaded")]
    [InlineData(529, 503, "upstream_overloaded")]
    [InlineData(999, 502, "upstream_failed")]
    [InlineData(202, 502, "upstream_invalid_response")]
    [InlineData(302, 502, "upstream_invalid_response")]
    public void Map_Status_IsTheDocumentedOne(int status, int expected, string code)
    {
        Failure failure = StatusMapper.Map(status, """{"message":"m"}"""u8, null);
        Assert.Equal((expected, code), (failure.Status, failure.WireCode));
        Assert.Equal(expected is 429 or 503, failure.RetryAfterSeconds is not null);
    }

    [Fact]
    public void Map_404WithoutABody_IsAModelThatIsNotThereYet() =>
        Assert.Equal(FailureCode.ModelNotFound, StatusMapper.Map(404, default, null).Code);

    [Fact]
    public void Map_Credentials_SayNothingOfTheUpstreamsWords() =>
        Assert.DoesNotContain("nvapi", StatusMapper.Map(401, """{"message":"key nvapi-1 is bad"}"""u8, null).Message);

    [Theory]
    [InlineData(400, "Function id 'f': DEGRADED function cannot be invoked", true)]
    [InlineData(400, "a degraded answer", false)]
    [InlineData(400, "ResourceExhausted: Worker local total request limit reached (32/32)", true)]
    [InlineData(500, "rpc error: ResourceExhausted (32/32)", true)]
    [InlineData(503, "ResourceExhausted", true)]
    [InlineData(400, "'ResourceExhausted' is no role", false)]
    [InlineData(422, "DEGRADED function", false)]
    public void Map_DegradedFunction_IsAnOverload(int status, string message, bool expected)
    {
        Failure failure = StatusMapper.Map(status, Encoding.UTF8.GetBytes($"{{\"detail\":\"{message}\"}}"), TimeSpan.FromSeconds(3));

        Assert.Equal(expected ? FailureCode.UpstreamOverloaded : FailureCode.UpstreamRejected, failure.Code);
        Assert.Equal(expected ? 503 : status, failure.Status);
        Assert.Equal(expected ? 3 : null, failure.RetryAfterSeconds);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"too big","code":"context_length_exceeded"}}""", true)]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000."}}""", true)]
    [InlineData(400, """{"message":"Context length exceeded: 9000 > 8192"}""", true)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}""", true)]
    [InlineData(422, """{"message":"maximum context length"}""", true)]
    [InlineData(400, """{"message":"temperature is out of range"}""", false)]
    [InlineData(400, "", false)]
    [InlineData(429, """{"error":{"message":"maximum context length","code":"context_length_exceeded"}}""", false)]
    [InlineData(500, """{"error":{"message":"x","code":"context_length_exceeded"}}""", false)]
    public void Map_ContextLength_IsRecognised(int status, string body, bool expected)
    {
        Failure failure = StatusMapper.Map(status, Encoding.UTF8.GetBytes(body), null);

        Assert.Equal(expected, failure.IsContextLength);
        Assert.True(!expected || failure.Status == status);
    }

    [Theory]
    [InlineData("Retry-After: 7", 7.0)]
    [InlineData("Retry-After: 0", 0.0)]
    [InlineData("Retry-After: -5", 0.0)]
    [InlineData("Retry-After: 99999999", 86_400.0)]
    [InlineData("retry-after-ms: 1500", 1.5)]
    [InlineData("Retry-After: Thu, 01 Jan 1970 00:01:00 GMT", 60.0)]
    [InlineData("Retry-After: Thursday, 01-Jan-70 00:01:00 GMT", 60.0)]
    [InlineData("Retry-After: Thu Jan  1 00:01:00 1970", 60.0)]
    [InlineData("Retry-After: 1.5", 1.5)]
    [InlineData("Retry-After: soon", null)]
    [InlineData("Retry-After: NaN", null)]
    [InlineData("Retry-After:", null)]
    [InlineData("retry-after-ms: soon\r\nRetry-After: 7", 7.0)]
    [InlineData("Retry-After: 9\r\nretry-after-ms: 1500", 1.5)]
    [InlineData("Retry-After: 7\r\nx-ratelimit-reset: 20", 7.0)]
    [InlineData("Retry-After: soon\r\nx-ratelimit-reset: 20", 20.0)]
    [InlineData("x-ratelimit-reset: 20", 20.0)]
    [InlineData("x-ratelimit-reset-requests: 1s\r\nx-ratelimit-reset-tokens: 6m0s", 360.0)]
    [InlineData("x-ratelimit-reset-requests: 2m\r\nx-ratelimit-reset-tokens: junk", 120.0)]
    [InlineData("x-ratelimit-reset-tokens: 20ms", 0.02)]
    [InlineData("x-ratelimit-reset-tokens: 1h1m1.5s", 3_661.5)]
    [InlineData("x-ratelimit-reset: 1000000030", 30.0)]
    [InlineData("x-ratelimit-reset: 1000000030500", 30.5)]
    [InlineData("x-ratelimit-reset: 2000000000", 86_400.0)]
    [InlineData("x-ratelimit-reset: 1000000000", 0.0)]
    [InlineData("x-ratelimit-reset: 5x", null)]
    [InlineData("x-ratelimit-reset: 5s3", null)]
    [InlineData("x-ratelimit-reset: s", null)]
    [InlineData("x-ratelimit-reset: 1.2.3s", null)]
    [InlineData("x-ratelimit-reset: -1m", null)]
    [InlineData("x-ratelimit-reset:", null)]
    [InlineData("x: y", null)]
    public void RetryAfter_Header_IsReadAndBounded(string headers, double? seconds)
    {
        SteppedTimeProvider time = new();
        if (headers.Contains("10000000", StringComparison.Ordinal))
            time.Advance(TimeSpan.FromSeconds(1e9));

        Assert.Equal(seconds, RetryAfter(429, headers, time));
    }

    /// <summary>A server that tells its limits with every answer asks for nothing by it.</summary>
    [Fact]
    public void RetryAfter_ResetOnAnOverload_IsNone()
    {
        Assert.Null(RetryAfter(503, "x-ratelimit-reset-tokens: 6m0s", new()));
        Assert.Equal(7, RetryAfter(503, "Retry-After: 7", new()));
    }

    private static double? RetryAfter(int status, string headers, SteppedTimeProvider time)
    {
        Http1Response response = new();
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} No\r\n{headers}\r\nContent-Length: 0\r\n\r\n");
        head.CopyTo(response.FreeSpace());
        Assert.Equal(HeadStatus.Done, response.Advance(head.Length));
        double? seconds = StatusMapper.RetryAfter(response, time)?.TotalSeconds;
        response.Reset();
        return seconds;
    }
}
