using Gateway.Configuration;
using Gateway.Health;

namespace Gateway.Tests.Health;

/// <summary>When a replica is probed and what counts as a failed probe.</summary>
public sealed class HealthProberTests
{
    private static readonly HealthOptions Options = new();

    [Fact]
    public async Task Probes_WhilePassing_ComeEveryIntervalATenthMoreOrLess()
    {
        Replicas replicas = new(1);
        List<double> at = await RunAsync(replicas, seconds: 60, new Random(3), _ => new(true));
        double[] gaps = [.. at.Zip(at.Skip(1), (earlier, later) => later - earlier)];
        Assert.InRange(gaps.Length, 9, 13);
        Assert.All(gaps, gap => Assert.InRange(gap, 4.49, 5.52));
        Assert.True(gaps.Distinct().Count() > gaps.Length / 2);
    }

    [Fact]
    public async Task Probes_WhileFailing_ComeWithinASecond()
    {
        Replicas replicas = new(1);
        List<double> at = await RunAsync(replicas, seconds: 20, new Random(3), _ => new(false));
        Assert.All(at.Zip(at.Skip(1), (earlier, later) => later - earlier), gap => Assert.InRange(gap, 0.79, 1.02));
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
    }

    [Fact]
    public async Task Probes_UntilHealthyAgain_ComeWithinASecond()
    {
        Replicas replicas = new(1);
        int count = 0;
        List<double> at = await RunAsync(replicas, seconds: 20, new Random(3), _ => new(++count > 1));
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.InRange(at[2] - at[0], 1.5, 2.1); // failed, passed once, passed twice
        Assert.InRange(at[3] - at[2], 4.49, 5.52);
    }

    [Fact]
    public async Task FirstProbe_OfManyProbers_IsSpreadOverTheInterval()
    {
        Random random = new(5);
        List<double> first = [];
        for (int i = 0; i < 40; i++)
            first.Add((await RunAsync(new Replicas(1), seconds: 6, random, _ => new(true)))[0]);
        for (int second = 0; second < 5; second++)
            Assert.Contains(first, at => at >= second && at < second + 1);
        Assert.All(first, at => Assert.InRange(at, 0, 5.01));
    }

    [Fact]
    public async Task SecondProbe_OfManyThatBeganAtOnce_IsSpreadOverTheInterval()
    {
        Random random = new(5);
        List<double> second = [];
        for (int i = 0; i < 40; i++)
        {
            List<double> at = await RunAsync(new Replicas(1), seconds: 6, random, _ => new(true), startsAtOnce: true);
            Assert.Equal(0, at[0]);
            second.Add(at[1]);
        }

        for (int part = 0; part < 5; part++)
            Assert.Contains(second, at => at >= part && at < part + 1);
    }

    [Fact]
    public async Task Probe_ThatThrows_IsAFailedOne()
    {
        Replicas replicas = new(1);
        await RunAsync(replicas, seconds: 3, new Random(1), _ => throw new InvalidOperationException("garbage"), startsAtOnce: true);
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(5, 5.0)]
    public async Task Probe_ThatHangs_FailsAfterTheTimeout(int firstTimeout, double expected)
    {
        Replicas replicas = new(1);
        double? gaveUp = null;
        await RunAsync(
            replicas,
            seconds: 7,
            new Random(1),
            async cancellation =>
            {
                TaskCompletionSource cancelled = new();
                using CancellationTokenRegistration registration = cancellation.Register(cancelled.SetResult);
                await cancelled.Task; // goes on inside of the clock's step
                gaveUp ??= Seconds(replicas);
                return true; // too late to count
            },
            startsAtOnce: true,
            firstTimeout);
        Assert.Equal(expected, gaveUp!.Value, 2);
        Assert.Equal(ReplicaCondition.Unhealthy, replicas.One.Condition);
    }

    [Fact]
    public async Task DisposeAsync_DuringAProbe_BreaksItOffAndSaysNothing()
    {
        Replicas replicas = new(1);
        HealthProber prober = new(
            async cancellation =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, replicas.Time, cancellation);
                return true;
            },
            replicas.One,
            Options,
            replicas.Time,
            new Random(1))
        { StartsAtOnce = true };
        await Task.Run(prober.Start);
        Assert.False(prober.FirstProbe.IsCompleted);
        await prober.DisposeAsync();
        await prober.FirstProbe;
        Assert.Equal(ReplicaCondition.Usable, replicas.One.Condition);
        Assert.Empty(replicas.Changes);
    }

    [Fact]
    public async Task DisposeAsync_NeverStarted_Returns() =>
        await new HealthProber(_ => new(true), null, Options, new Replicas(1).Time, new Random(1)).DisposeAsync();

    /// <summary>Runs a prober and returns when its probes began, in seconds. Everything happens inside of the clock's steps.</summary>
    private static async Task<List<double>> RunAsync(
        Replicas replicas, double seconds, Random random, Func<CancellationToken, ValueTask<bool>> probe, bool startsAtOnce = false, int firstTimeout = 0)
    {
        List<double> at = [];
        await using HealthProber prober = new(
            cancellation =>
            {
                at.Add(Seconds(replicas));
                return probe(cancellation);
            },
            replicas.One,
            Options,
            replicas.Time,
            random)
        { StartsAtOnce = startsAtOnce, FirstTimeout = TimeSpan.FromSeconds(firstTimeout) };
        // Away from the test's synchronization context, on which no continuation runs inside of the step that caused it.
        await Task.Run(() =>
        {
            prober.Start();
            for (double now = 0; now < seconds; now += 0.01)
                replicas.Time.Advance(TimeSpan.FromMilliseconds(10));
        });
        return at;
    }

    private static double Seconds(Replicas replicas) => TimeSpan.FromTicks(replicas.Time.GetTimestamp()).TotalSeconds;
}
