using Gateway.Load.Measures;

namespace Gateway.Load.Tests.Measures;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Quantile_RandomValues_IsWithinHalfABucketOfTheExact(int seed)
    {
        Random random = new(seed);
        Histogram histogram = new();
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25))];
        foreach (long value in values)
            histogram.Add(value);
        Array.Sort(values);

        foreach (double share in (double[])[0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999])
        {
            long exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(histogram.Quantile(share), exact - (exact / 250.0) - 1, exact + (exact / 250.0) + 1);
        }

        Assert.Equal(values[0], histogram.Min);
        Assert.Equal(values[^1], histogram.Quantile(1));
        Assert.Equal(values.Average(), histogram.Average, values.Average() / 1e9);
    }

    [Fact]
    public void Quantile_SmallValues_AreExact()
    {
        Histogram histogram = new();
        for (int i = 1; i <= 100; i++)
            histogram.Add(i);

        Assert.Equal(50, histogram.Quantile(0.5));
        Assert.Equal(99, histogram.Quantile(0.99));
        Assert.Equal(100, histogram.Quantile(0.999));
    }

    [Fact]
    public void Quantile_NoValues_IsZero() => Assert.Equal(0, new Histogram().Quantile(0.5));

    [Fact]
    public void Add_AnyPowerOfTwoAndItsNeighbours_IsCountedOnceInOrder()
    {
        Histogram histogram = new(Histogram.Coarse);
        List<long> values = [0, long.MaxValue];
        for (int bit = 1; bit < 63; bit++)
            values.AddRange([(1L << bit) - 1, 1L << bit, (1L << bit) + 1]);
        foreach (long value in values)
            histogram.Add(value);

        KeyValuePair<long, long>[] buckets = [.. histogram.Buckets()];
        Assert.Equal(values.Count, buckets.Sum(bucket => bucket.Value));
        Assert.Equal(buckets.OrderBy(bucket => bucket.Key), buckets);
        Assert.Equal(long.MaxValue, histogram.Max);
    }

    [Fact]
    public void Add_Histogram_IsAsIfItsValuesWereAdded()
    {
        Histogram one = new();
        Histogram other = new();
        Histogram both = new();
        for (int i = 0; i < 1_000; i++)
        {
            (i % 3 == 0 ? one : other).Add(i * 37);
            both.Add(i * 37);
        }

        one.Add(other);

        Assert.Equal(Distribution.Statistics.Select(new Distribution(both, 1).Statistic), Distribution.Statistics.Select(new Distribution(one, 1).Statistic));
    }
}
