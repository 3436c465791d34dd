using Gateway.Load.Arrivals;

namespace Gateway.Load.Tests.Arrivals;

public sealed class RateArrivalsTests
{
    [Fact]
    public void Next_Constant_IsEvenlySpaced()
    {
        RateArrivals arrivals = new(Profile.Constant(4), ArrivalShape.Constant, 1, new Random(1));
        Assert.Equal([0, 0.25, 0.5, 0.75], Enumerable.Range(0, 4).Select(_ => arrivals.Next()));
    }

    [Theory]
    [InlineData(nameof(ArrivalShape.Poisson), 1, 1)]
    [InlineData(nameof(ArrivalShape.Gamma), 1, 1)]
    [InlineData(nameof(ArrivalShape.Gamma), 0.25, 2)]
    [InlineData(nameof(ArrivalShape.Gamma), 4, 0.5)]
    public void Next_Random_HasTheRateAndItsBurstiness(string shape, double burstiness, double variation)
    {
        RateArrivals arrivals = new(Profile.Constant(10), Enum.Parse<ArrivalShape>(shape), burstiness, new Random(7));
        double[] times = [.. Enumerable.Range(0, 100_000).Select(_ => arrivals.Next())];
        double[] gaps = [.. times.Skip(1).Zip(times, static (later, earlier) => later - earlier)];
        double mean = gaps.Average();
        double deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));

        Assert.Equal(0.1, mean, 0.002);
        Assert.Equal(variation, deviation / mean, variation * 0.03);
    }
}
