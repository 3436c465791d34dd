using Gateway.Configuration;
using Gateway.Upstream.Retries;

namespace Gateway.Tests.Upstream.Retries;

public sealed class BackoffTests
{
    private static readonly RetryOptions Options = new() { Backoff = TimeSpan.FromMilliseconds(50), MaxBackoff = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(4, 800)]
    [InlineData(6, 2_000)]
    [InlineData(int.MaxValue, 2_000)]
    public void Wait_NthRetry_IsEvenUpToItsBound(int retry, double longest)
    {
        var random = new Random(7);
        double[] waits = [.. Enumerable.Range(0, 10_000).Select(_ => Backoff.Wait(retry, Options, random).TotalMilliseconds)];

        Assert.InRange(waits.Min(), 0, longest * 0.01);
        Assert.InRange(waits.Max(), longest * 0.99, longest);
        Assert.InRange(waits.Average(), longest * 0.48, longest * 0.52);
    }

    [Fact]
    public void Wait_WithoutBackoff_IsNone() => Assert.Equal(TimeSpan.Zero, Backoff.Wait(5, Options with { Backoff = TimeSpan.Zero }, new Random(1)));
}
