using Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Limits;

public class LimitHeadersTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.0001, "1ms")]
    [InlineData(12, "12ms")]
    [InlineData(998.2, "999ms")]
    [InlineData(999.5, "1s")]
    [InlineData(1000, "1s")]
    [InlineData(1001, "2s")]
    [InlineData(59_999, "1m0s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(3_599_000, "59m59s")]
    [InlineData(3_661_000, "1h1m1s")]
    [InlineData(360_000_000, "100h0m0s")]
    public void Duration_IsWrittenAsOpenAIDoes_RoundedUp(double milliseconds, string expected)
    {
        Assert.Equal(expected, LimitHeaders.Duration(TimeSpan.FromMicroseconds(milliseconds * 1000)));
        Assert.Equal(expected, LimitHeaders.Duration(TimeSpan.FromMicroseconds(milliseconds * 1000)));
    }

    [Fact]
    public void Set_OnlyWhatIsLimited()
    {
        HeaderDictionary headers = [];
        LimitHeaders.Set(headers, new() { Tokens = new(90_000, 4095, TimeSpan.FromMinutes(1)) });
        Assert.Equal(["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"], headers.Keys.Order());
        Assert.Equal("90000 4095 1m0s", $"{headers["x-ratelimit-limit-tokens"]} {headers["x-ratelimit-remaining-tokens"]} {headers["x-ratelimit-reset-tokens"]}");

        LimitHeaders.Set(headers, new() { Requests = new(60, 0, TimeSpan.FromMilliseconds(12)) });
        Assert.Equal("60 0 12ms", $"{headers["x-ratelimit-limit-requests"]} {headers["x-ratelimit-remaining-requests"]} {headers["x-ratelimit-reset-requests"]}");
    }

    /// <summary>Texts of limits are kept; two that share a place do not take each other's.</summary>
    [Fact]
    public void Set_LimitsOfAnySize_AreTheirOwn()
    {
        HeaderDictionary headers = [];
        foreach (long limit in (long[])[100_000, 100_064, 100_000, 1_000_000_000_000, 1, long.MaxValue])
        {
            LimitHeaders.Set(headers, new() { Tokens = new(limit, 1, TimeSpan.Zero) });
            Assert.Equal(limit.ToString(System.Globalization.CultureInfo.InvariantCulture), headers["x-ratelimit-limit-tokens"]);
        }
    }
}
