using Gateway.Configuration;
using Gateway.Configuration.Schema;

namespace Gateway.Tests.Configuration.Schema;

public sealed class TextFormatTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("8s", 8_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("0", 0)]
    [InlineData("off", 0)]
    [InlineData("0s", 0)]
    public void Duration_WellFormed_Parses(string text, double milliseconds)
    {
        Assert.Null(DurationText.Parse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("8 s")]
    [InlineData("s")]
    [InlineData("8S")]
    [InlineData("1m30s")]
    [InlineData("-1s")]
    [InlineData("1e3s")]
    [InlineData("NaNs")]
    [InlineData("25h")]
    [InlineData("99999999999999999999999999h")]
    public void Duration_Malformed_SaysWhy(string text) => Assert.NotNull(DurationText.Parse(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("17B", 17)]
    [InlineData("64KiB", 65_536)]
    [InlineData("45MiB", 47_185_920)]
    [InlineData("1GiB", 1_073_741_824)]
    public void Size_WellFormed_Parses(string text, long bytes)
    {
        Assert.Null(SizeText.Parse(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("1MB")]
    [InlineData("1.5MiB")]
    [InlineData("-1MiB")]
    [InlineData("9999999999999GiB")]
    public void Size_Malformed_SaysWhy(string text) => Assert.NotNull(SizeText.Parse(text, out _));

    [Theory]
    [InlineData("5%", 0.05)]
    [InlineData("0%", 0)]
    [InlineData("0.5%", 0.005)]
    [InlineData("100%", 1)]
    public void Share_WellFormed_Parses(string text, double share)
    {
        Assert.Null(ShareText.Parse(text, out double value));
        Assert.Equal(share, value, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("0.2")]
    [InlineData("20")]
    [InlineData("20 %")]
    [InlineData("-1%")]
    [InlineData("100.1%")]
    [InlineData("NaN%")]
    [InlineData("1e1%")]
    public void Share_Malformed_SaysWhy(string text) => Assert.NotNull(ShareText.Parse(text, out _));

    [Theory]
    [InlineData("p1", 0.01)]
    [InlineData("p95", 0.95)]
    [InlineData("p99.9", 0.999)]
    public void HedgeDelay_Percentile_Parses(string text, double quantile)
    {
        Assert.Null(HedgeDelayText.Parse(text, out HedgeDelay? value));
        Assert.Null(value!.Value.Fixed);
        Assert.Equal(quantile, value.Value.Quantile, 12);
    }

    [Theory]
    [InlineData("300ms", 300.0)]
    [InlineData("2s", 2_000.0)]
    [InlineData("off", null)]
    [InlineData("0", null)]
    [InlineData("0s", null)]
    public void HedgeDelay_Duration_Parses(string text, double? milliseconds)
    {
        Assert.Null(HedgeDelayText.Parse(text, out HedgeDelay? value));
        Assert.Equal(milliseconds, value?.Fixed?.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("p0")]
    [InlineData("p0.5")]
    [InlineData("p100")]
    [InlineData("p99.95")]
    [InlineData("p-5")]
    [InlineData("p95%")]
    [InlineData("P95")]
    [InlineData("95")]
    [InlineData("on")]
    public void HedgeDelay_Malformed_SaysWhy(string text) => Assert.NotNull(HedgeDelayText.Parse(text, out _));

    [Theory]
    [InlineData("base_url", "base-url")]
    [InlineData("baseUrl", "base-url")]
    [InlineData("bsae-url", "base-url")]
    [InlineData("listn", "listen")]
    [InlineData("timeout", "timeouts")]
    [InlineData("b", null)]
    [InlineData("zzzzzz", null)]
    [InlineData("", null)]
    public void Suggestion_NearNames_AreFound(string text, string? expected) =>
        Assert.Equal(expected, Suggestion.Nearest(text, ["base-url", "listen", "timeouts", "a"]));
}
