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
    [InlineData("Retry-After: 7", 7.0)]
    [InlineData("Retry-After: 0", 0.0)]
    [InlineData("Retry-After: -5", 0.0)]
    [InlineData("Retry-After: 99999999", 86_400.0)]
    [InlineData("retry-after-ms: 1500", 1.5)]
    [InlineData("Retry-After: Thu, 01 Jan 1970 00:01:00 GMT", 60.0)]
    [InlineData("Retry-After: soon", null)]
    [InlineData("Retry-After: NaN", null)]
    [InlineData("x: y", null)]
    public void RetryAfter_Header_IsReadAndBounded(string header, double? seconds)
    {
        Http1Response response = new();
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 429 Too Many\r\n{header}\r\nContent-Length: 0\r\n\r\n");
        head.CopyTo(response.FreeSpace());
        Assert.Equal(HeadStatus.Done, response.Advance(head.Length));
        Assert.Equal(seconds, StatusMapper.RetryAfter(response, new SteppedTimeProvider())?.TotalSeconds);
        response.Reset();
    }
}
