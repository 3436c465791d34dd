using Gateway.Tests.Simulator;
using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

public sealed class ContentTimesTests
{
    /// <summary>Half a bucket of 6 %, and the sampling noise of neighbours in a sorted list.</summary>
    private const double Resolution = 0.06;

    private readonly SteppedTimeProvider _time = new();
    private readonly Random _random = new(20);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void Quantile_LogNormal_IsTheSortedSamples(double quantile)
    {
        ContentTimes times = new(_time);
        List<double> samples = [];
        for (int i = 0; i < 20_000; i++)
        {
            double sample = LogNormal(median: 400, sigma: 0.6);
            samples.Add(sample);
            times.Observe(TimeSpan.FromMilliseconds(sample));
        }

        samples.Sort();
        AssertNear(samples[(int)Math.Ceiling(quantile * samples.Count) - 1], times.Quantile(quantile), Resolution);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.95)]
    public void Quantile_WithCensoredSamples_IsTheKaplanMeierEstimate(double quantile)
    {
        ContentTimes times = new(_time);
        NaiveKaplanMeier naive = new();
        for (int i = 0; i < 5_000; i++)
        {
            double content = LogNormal(median: 400, sigma: 0.6);
            double givenUp = LogNormal(median: 1_000, sigma: 0.5);
            Add(times, Math.Min(content, givenUp), givenUp < content);
            naive.Add(Math.Min(content, givenUp), givenUp < content);
        }

        AssertNear(naive.Quantile(quantile)!.Value, times.Quantile(quantile), Resolution);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(3_600_000, 600_000)]
    public void Quantile_OutsideTheRange_IsItsEdge(double milliseconds, double expected)
    {
        ContentTimes times = new(_time);
        Add(times, milliseconds, ContentTimes.WarmUp);

        AssertNear(expected, times.Quantile(0.95), Resolution);
    }

    [Fact]
    public void Quantile_BeforeWarmUp_IsNull()
    {
        ContentTimes times = new(_time);
        Add(times, 100, ContentTimes.WarmUp - 1);
        for (int i = 0; i < 100; i++)
            times.ObserveCensored(TimeSpan.FromMilliseconds(100));
        Assert.Null(times.Quantile(0.95));

        times.Observe(TimeSpan.FromMilliseconds(100));
        Assert.NotNull(times.Quantile(0.95));
    }

    [Fact]
    public void Quantile_AfterALongSilence_IsStillThere()
    {
        ContentTimes times = new(_time);
        Add(times, 100, ContentTimes.WarmUp);
        _time.Advance(TimeSpan.FromDays(30));

        AssertNear(100, times.Quantile(0.95), Resolution);
    }

    [Fact]
    public void Quantile_TooMuchCensored_IsTheLargestObserved()
    {
        ContentTimes times = new(_time);
        Add(times, 100, 50);
        Add(times, 300, 50);
        for (int i = 0; i < 50; i++)
            times.ObserveCensored(TimeSpan.FromSeconds(2));

        AssertNear(300, times.Quantile(0.95), Resolution);
    }

    [Fact]
    public void Quantile_AfterTheTimesChanged_FollowsWithinHalfLives()
    {
        ContentTimes times = new(_time);
        Traffic(times, seconds: 600, median: 2_000);
        Traffic(times, seconds: 300, median: 100);

        // Five half-lives leave 3 % of the old ones: under the 5 % that a p95 sees.
        Assert.InRange(times.Quantile(0.95)!.Value.TotalMilliseconds, 100, 900);
        AssertNear(100, times.Quantile(0.5), 0.1);

        Traffic(times, seconds: 30, median: 2_000);
        Assert.True(times.Quantile(0.95)!.Value.TotalMilliseconds > 2_000);
    }

    /// <summary>One request each 10 s: time alone would leave nine samples' weight.</summary>
    [Fact]
    public void Quantile_LittleTraffic_WarmsUpAndFollows()
    {
        ContentTimes times = new(_time);
        Sparse(times, count: 100, milliseconds: 2_000);
        AssertNear(2_000, times.Quantile(0.5), Resolution);

        Sparse(times, count: 100, milliseconds: 100);
        AssertNear(100, times.Quantile(0.5), Resolution);
    }

    [Fact]
    public void Quantile_OneOutlier_IsForgottenInTheEnd()
    {
        ContentTimes times = new(_time);
        times.Observe(TimeSpan.FromMinutes(5));
        Traffic(times, seconds: 600, median: 100);
        for (int i = 0; i < 10_000; i++)
            times.ObserveCensored(TimeSpan.FromMinutes(1));

        Assert.True(times.Quantile(0.99) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Quantile_AskedAgain_IsRememberedForAWhile()
    {
        ContentTimes times = new(_time);
        Add(times, 100, 25);
        TimeSpan? first = times.Quantile(0.9);
        Add(times, 1_000, 5);

        Assert.Equal(first, times.Quantile(0.9));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        AssertNear(1_000, times.Quantile(0.9), Resolution);
    }

    [Fact]
    public void Quantile_TwoAskedInTurn_AreNotMixedUp()
    {
        ContentTimes times = new(_time);
        Add(times, 100, 50);
        Add(times, 1_000, 50);

        for (int i = 0; i < 3; i++)
        {
            AssertNear(100, times.Quantile(0.4), Resolution);
            AssertNear(1_000, times.Quantile(0.9), Resolution);
        }
    }

    [Fact]
    public void Observe_AndQuantile_DoNotAllocate()
    {
        ContentTimes times = new(_time);
        Add(times, 100, 50);
        _ = times.Quantile(0.95);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            times.Observe(TimeSpan.FromMilliseconds(100));
            times.ObserveCensored(TimeSpan.FromMilliseconds(100));
            _ = times.Quantile(0.95);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Observe_FromManyThreads_LosesNothing()
    {
        ContentTimes times = new(_time);
        Parallel.For(0, 4, thread =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                Add(times, thread == 0 ? 1_000 : 100, isCensored: false);
                _ = times.Quantile(0.5);
            }
        });

        _time.Advance(TimeSpan.FromMilliseconds(200));
        AssertNear(100, times.Quantile(0.74), Resolution);
        AssertNear(1_000, times.Quantile(0.76), Resolution);
    }

    private static void AssertNear(double expected, TimeSpan? actual, double tolerance)
    {
        Assert.NotNull(actual);
        Assert.InRange(actual.Value.TotalMilliseconds, expected * (1 - tolerance), expected * (1 + tolerance));
    }

    private static void Add(ContentTimes times, double milliseconds, int count)
    {
        for (int i = 0; i < count; i++)
            times.Observe(TimeSpan.FromMilliseconds(milliseconds));
    }

    private static void Add(ContentTimes times, double milliseconds, bool isCensored)
    {
        if (isCensored)
            times.ObserveCensored(TimeSpan.FromMilliseconds(milliseconds));
        else
            times.Observe(TimeSpan.FromMilliseconds(milliseconds));
    }

    private void Traffic(ContentTimes times, int seconds, double median)
    {
        for (int i = 0; i < seconds * 10; i++)
        {
            times.Observe(TimeSpan.FromMilliseconds(LogNormal(median, sigma: 0.2)));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private void Sparse(ContentTimes times, int count, double milliseconds)
    {
        for (int i = 0; i < count; i++)
        {
            times.Observe(TimeSpan.FromMilliseconds(milliseconds));
            _time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private double LogNormal(double median, double sigma) => Samples.LogNormal(_random, median, sigma);
}
