using Gateway.Load.Requests;

namespace Gateway.Load.Tests.Requests;

public sealed class LengthDistributionTests
{
    [Theory]
    [InlineData("128", 128, 0)]
    [InlineData("normal:128:16", 128, 16)]
    [InlineData("lognormal:100:0.5", 113.3, 60.4)]
    [InlineData("uniform:10:20", 15, 2.9)]
    public void Sample_ManyTimes_HasTheDistributionsMoments(string text, double mean, double deviation)
    {
        Assert.True(LengthDistribution.TryParse(text, out LengthDistribution? lengths));
        Random random = new(5);
        double[] samples = [.. Enumerable.Range(0, 50_000).Select(_ => (double)lengths!.Sample(random))];

        Assert.Equal(mean, samples.Average(), (mean * 0.01) + 0.1);
        double found = samples.Average();
        Assert.Equal(deviation, Math.Sqrt(samples.Average(value => (value - found) * (value - found))), (deviation * 0.03) + 0.1);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("normal:1")]
    [InlineData("pareto:1:2")]
    [InlineData("1000001")]
    public void TryParse_NoDistribution_IsRefused(string text) => Assert.False(LengthDistribution.TryParse(text, out _));
}
