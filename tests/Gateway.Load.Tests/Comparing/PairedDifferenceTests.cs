using Gateway.Load.Comparing;

namespace Gateway.Load.Tests.Comparing;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Of_KnownSample_HasStudentsInterval()
    {
        // Differences 1, 2, 3, 4, 5: mean 3, deviation 1.5811, t(4) = 2.776: 3 ± 1.963.
        PairedDifference difference = PairedDifference.Of([10, 20, 30, 40, 50], [11, 22, 33, 44, 55]);

        Assert.Equal(3, difference.Mean, 9);
        Assert.Equal(1.037, difference.Low, 3);
        Assert.Equal(4.963, difference.High, 3);
        Assert.True(difference.IsSignificant);
    }

    [Theory]
    [InlineData(31, 2.042)]
    [InlineData(32, 2.040)]
    [InlineData(61, 2.000)]
    [InlineData(121, 1.980)]
    [InlineData(1000, 1.962)]
    public void Of_ManyPairs_TheIntervalIsStudentsBeyondTheTable(int pairs, double t)
    {
        double[] target = [.. Enumerable.Range(0, pairs).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        double mean = target.Average();
        double deviation = Math.Sqrt(target.Sum(value => (value - mean) * (value - mean)) / (pairs - 1));

        PairedDifference difference = PairedDifference.Of(new double[pairs], target);

        Assert.Equal(t, (difference.High - mean) / deviation * Math.Sqrt(pairs), 0.004);
    }

    [Fact]
    public void Of_NoiseAroundZero_IsNotSignificant() => Assert.False(PairedDifference.Of([1, 2, 3, 4], [2, 1, 4, 3]).IsSignificant);

    [Fact]
    public void Of_OnePair_HasNoInterval() => Assert.False(PairedDifference.Of([1], [2]).IsSignificant);
}
