using Gateway.Failures;
using Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Requests;

public sealed class RequestDeadlineTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("250ms", 250)]
    [InlineData("8s", 8_000)]
    [InlineData("2m", 120_000)]
    public void Of_Duration_IsWhatTheClientWants(string? header, int? milliseconds)
    {
        (TimeSpan wanted, Failure? failure) = Of(header);
        Assert.Null(failure);
        Assert.Equal(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : TimeSpan.MaxValue, wanted);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("soon")]
    [InlineData("99999999999999999999s")]
    public void Of_AnythingElse_IsAnInvalidHeader(string header) => Assert.Equal(FailureCode.InvalidHeader, Of(header).Failure?.Code);

    private static (TimeSpan Wanted, Failure? Failure) Of(string? header)
    {
        DefaultHttpContext http = new();
        if (header is not null)
            http.Request.Headers["x-gateway-timeout"] = header;
        return RequestDeadline.Of(http.Request);
    }
}
