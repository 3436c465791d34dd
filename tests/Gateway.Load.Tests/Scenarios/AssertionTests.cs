using Gateway.Load.Scenarios;

namespace Gateway.Load.Tests.Scenarios;

public sealed class AssertionTests
{
    [Theory]
    [InlineData("p99 ttft < 300ms", 300)]
    [InlineData("p99.9 time_to_first_token <= 2s", 2000)]
    [InlineData("errors < 1%", 0.01)]
    [InlineData("errors.timeout = 0", 0)]
    [InlineData("errors.http_503 = 0", 0)]
    [InlineData("errors <= 100%", 1)]
    [InlineData("ratio errors < 2", 2)]
    [InlineData("content_errors = 0", 0)]
    [InlineData("ratio p50 ttft < 1.5", 1.5)]
    public void Parse_Assertion_HasItsLimit(string text, double limit)
    {
        Assert.Null(Assertion.Parse(text, out Assertion? assertion));
        Assert.Equal(limit, assertion!.Limit, 9);
    }

    [Theory]
    [InlineData("p99 ttft")]
    [InlineData("p98 ttft < 1s")]
    [InlineData("p99 errors < 1%")]
    [InlineData("speed < 1")]
    [InlineData("p99 ttft ~ 1s")]
    [InlineData("p99 ttft < fast")]
    [InlineData("errors < 5")]
    [InlineData("errors.timeouts = 0")]
    [InlineData("errors.http_ = 0")]
    public void Parse_NoAssertion_SaysWhatIsWrong(string text) => Assert.NotNull(Assertion.Parse(text, out _));
}
