using Gateway.Tests.Simulator;
using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

/// <summary>Requests hedged at p95, with an unlimited budget, fed back into the estimate that the next one uses.</summary>
public sealed class HedgingSpiralTests
{
    private const double Median = 400;
    private const double Sigma = 0.6;

    /// <summary>Median × e^(1.645 σ).</summary>
    private const double P95 = 1_073;

    /// <summary>The deadline that ends an attempt which hangs before anything is known.</summary>
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(120);

    private readonly SteppedTimeProvider _time = new();
    private readonly Random _random = new(5);

    [Fact]
    public void Delay_LosersCensored_StaysAtThePercentile()
    {
        (double delay, double hedged) = Run(losersAreCensored: true, hanging: 0);

        Assert.InRange(delay, P95 * 0.95, P95 * 1.05);
        Assert.InRange(hedged, 0.045, 0.055);
    }

    /// <summary>What the censored samples are for: without them the same traffic hedges ever more.</summary>
    [Fact]
    public void Delay_WinnersOnly_Shrinks()
    {
        (double delay, double hedged) = Run(losersAreCensored: false, hanging: 0);

        Assert.True(delay < P95 * 0.95, $"{delay} ms");
        Assert.True(hedged > 0.06, $"{hedged:P1}");
    }

    /// <summary>A tenth of the first attempts never says anything: p95 is beyond what can be known, and the delay must not run away.</summary>
    [Fact]
    public void Delay_ATenthHangs_StaysWithinWhatWasSeen()
    {
        (double delay, _) = Run(losersAreCensored: true, hanging: 0.1);

        Assert.InRange(delay, P95 * 0.8, 6_000);
    }

    private (double Delay, double Hedged) Run(bool losersAreCensored, double hanging)
    {
        ContentTimes times = new(_time);
        int hedged = 0;
        const int Requests = 40_000;
        for (int i = 0; i < Requests; i++)
        {
            double first = _random.NextDouble() < hanging ? double.PositiveInfinity : Sample();
            double delay = times.Quantile(0.95)?.TotalMilliseconds ?? double.PositiveInfinity;
            if (first == delay)
                times.ObserveCensored(FirstByte);
            else if (first <= delay)
                times.Observe(TimeSpan.FromMilliseconds(first));
            else
                Race(times, first, delay, losersAreCensored);

            hedged += i >= Requests / 2 && first > delay ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        return (times.Quantile(0.95)!.Value.TotalMilliseconds, hedged / (Requests / 2.0));
    }

    private void Race(ContentTimes times, double first, double delay, bool losersAreCensored)
    {
        double second = Sample();
        double end = Math.Min(first, delay + second);
        bool firstWon = first <= delay + second;
        times.Observe(TimeSpan.FromMilliseconds(firstWon ? first : second));
        if (losersAreCensored)
            times.ObserveCensored(TimeSpan.FromMilliseconds(firstWon ? end - delay : end));
    }

    private double Sample() => Samples.LogNormal(_random, Median, Sigma);
}
