using Gateway.Configuration;
using Gateway.Tests.Simulator;
using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

/// <summary>
/// What delay and budget together bring and cost, in simulated time: three replicas in turn, 80 requests a second, healthy times log-normal. The
/// same is measured over sockets by <c>bench/Hedging/run.sh</c>.
/// </summary>
public sealed class HedgingGainTests
{
    private const double Median = 100;
    private const double Sigma = 0.2;
    private const double Stall = 2_000;
    private const int Replicas = 3;
    private const int WarmUp = 800;

    /// <summary>Median × e^(1.645 σ).</summary>
    private const double P95 = 139;

    private static readonly HedgingOptions Options = new() { Delay = new HedgeDelay(null, 0.95) };

    private readonly SteppedTimeProvider _time = new();
    private readonly HedgeBudget _budget = new(Options.Budget);
    private readonly List<double> _times = [];
    private int _hedges;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void P99_OneOfThreeStalls_IsHardlyMoreThanTheDelayAndAnAnswer(int seed)
    {
        ContentTimes times = new(_time);

        Run(times, new(seed), requests: 20_000, scale: 1, stalls: 0.05);

        _times.Sort();
        Assert.InRange(_times[_times.Count * 99 / 100], P95, 1.1 * (P95 + Median));
        Assert.InRange(_hedges, 1, 1 + (0.05 * 20_000));
    }

    [Fact]
    public void Budget_AllBecomeSlow_HoldsAndTheDelayFollows()
    {
        ContentTimes times = new(_time);
        Random random = new(1);
        Run(times, random, WarmUp, scale: 1, stalls: 0);

        Run(times, random, requests: 20_000, scale: 10, stalls: 0);

        Assert.InRange(_hedges, 1, 1 + (0.05 * (WarmUp + 20_000)));
        Assert.InRange(times.Quantile(0.95)!.Value.TotalMilliseconds, 10 * P95 * 0.95, 10 * P95 * 1.05);
    }

    private void Run(ContentTimes times, Random random, int requests, double scale, double stalls)
    {
        for (int i = 0; i < requests; i++)
        {
            _budget.Add();
            double first = Sample(i % Replicas);
            double delay = HedgePlan.Delay(Options, isStream: true, times)?.TotalMilliseconds ?? double.PositiveInfinity;
            bool isHedged = first > delay && _budget.TryTake();
            _times.Add(isHedged ? Race(times, first, delay, Sample((i + 1) % Replicas)) : Alone(times, first));
            _hedges += isHedged ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(12.5));
        }

        double Sample(int replica) =>
            replica == 0 && random.NextDouble() < stalls ? Stall : scale * Samples.LogNormal(random, Median, Sigma);
    }

    private static double Alone(ContentTimes times, double first)
    {
        times.Observe(TimeSpan.FromMilliseconds(first));
        return first;
    }

    private static double Race(ContentTimes times, double first, double delay, double second)
    {
        double end = Math.Min(first, delay + second);
        bool firstWon = first <= delay + second;
        times.Observe(TimeSpan.FromMilliseconds(firstWon ? first : second));
        times.ObserveCensored(TimeSpan.FromMilliseconds(firstWon ? end - delay : end));
        return end;
    }
}
