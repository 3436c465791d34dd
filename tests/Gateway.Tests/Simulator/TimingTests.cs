using Gateway.Simulator;
using Gateway.Simulator.Serving;

namespace Gateway.Tests.Simulator;

public sealed class TimingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Stream_Paced_FollowsTheScheduleToTheTick()
    {
        var time = new SteppedTimeProvider();
        await using Replica replica = await PacedAsync(time);
        using RawExchange exchange = await RawExchange.PostAsync(replica.Frontend.Address, Replica.ChatBody());
        await exchange.UntilAsync("assistant");
        await time.WaitForTimerAsync();
        time.Advance(3 * Second);
        await exchange.UntilAsync("\"content\":");

        // A second and a half late: the next chunk is due at once, the last one half a second later, not a second.
        await time.WaitForTimerAsync();
        time.Advance(1.5 * Second);
        await time.WaitForTimerAsync();
        Assert.DoesNotContain("[DONE]", exchange.Received.ToString(), StringComparison.Ordinal);
        time.Advance(0.5 * Second);
        await exchange.UntilAsync("data: [DONE]");
    }

    [Fact]
    public async Task Unary_Paced_ComesWhenTheStreamWouldEnd()
    {
        var time = new SteppedTimeProvider();
        await using Replica replica = await PacedAsync(time);
        Task<(int Status, string Body)> answer = replica.TextAsync(Replica.ChatBody(more: ""));
        await time.WaitForTimerAsync();
        time.Advance(4.9 * Second);
        Assert.Equal((1, false), (replica.Frontend.ActiveGenerations, answer.IsCompleted));
        time.Advance(0.1 * Second);

        Assert.Equal(200, (await answer).Status);
    }

    [Fact]
    public async Task Pacer_Abort_EndsTheWait()
    {
        using var abort = new CancellationTokenSource();
        using var pacer = new Pacer(new SteppedTimeProvider(), abort.Token);
        ValueTask<bool> wait = pacer.WaitUntilAsync(Second);
        await abort.CancelAsync();

        Assert.False(await wait);
        Assert.False(await pacer.WaitUntilAsync(TimeSpan.Zero));
        await pacer.WaitForAbortAsync();
    }

    [Fact]
    public void LogNormal_Samples_HaveTheMedianAndTheSpread()
    {
        double[] logs = [.. Samples(LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(200), 0.2)).Select(static sample => Math.Log(sample / 200))];

        Assert.Equal(0, logs.Average(), 0.01);
        Assert.Equal(0.2, Math.Sqrt(logs.Average(static log => log * log)), 0.01);
    }

    [Fact]
    public void Exponential_Samples_HaveTheMeanAndTheMedian()
    {
        double[] samples = [.. Samples(LatencyDistribution.Exponential(TimeSpan.FromMilliseconds(100))).Order()];

        Assert.Equal(100, samples.Average(), 3.0);
        Assert.Equal(100 * Math.Log(2), samples[samples.Length / 2], 3.0);
    }

    [Theory]
    [InlineData("20ms", LatencyShape.Fixed, 20, 0)]
    [InlineData("1.5s", LatencyShape.Fixed, 1500, 0)]
    [InlineData("0", LatencyShape.Fixed, 0, 0)]
    [InlineData("lognormal:200ms:0.2", LatencyShape.LogNormal, 200, 0.2)]
    [InlineData("exponential:50ms", LatencyShape.Exponential, 50, 0)]
    public void Distribution_Text_IsRead(string text, LatencyShape shape, double milliseconds, double sigma)
    {
        Assert.True(LatencyDistribution.TryParse(text, out LatencyDistribution distribution));
        Assert.Equal((shape, milliseconds, sigma), (distribution.Shape, distribution.Scale.TotalMilliseconds, distribution.Sigma));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("-1ms")]
    [InlineData("ms")]
    [InlineData("lognormal:200ms")]
    [InlineData("normal:1s:1")]
    public void Distribution_OtherText_IsNot(string text) => Assert.False(LatencyDistribution.TryParse(text, out _));

    [Fact]
    public void Mocker_Formulas_AreThePublishedOnes()
    {
        var mocker = new MockerTiming(TotalKvTokens: 1000);

        Assert.Equal(16.50142 + 15.18344 + 0.4209989, mocker.Prefill(1000).TotalMilliseconds, 0.001);
        Assert.Equal(5.74, mocker.Decode(0).TotalMilliseconds, 0.001);
        Assert.Equal(-25.74 + 54.01 + 5.74, mocker.Decode(5000).TotalMilliseconds, 0.001);
        Assert.Equal(3.4010, (mocker with { SpeedupRatio = 10 }).Decode(1000).TotalMilliseconds, 0.001);
    }

    /// <summary>Three tokens: after 3, 4 and 5 seconds.</summary>
    private static Task<Replica> PacedAsync(TimeProvider time) => Replica.StartAsync(new()
    {
        TimeProvider = time,
        TimeToFirstToken = LatencyDistribution.Fixed(3 * Second),
        InterToken = LatencyDistribution.Fixed(Second),
        OutputTokens = 3,
    });

    private static IEnumerable<double> Samples(LatencyDistribution distribution)
    {
        var random = new SplitMix64(42);
        for (int i = 0; i < 50_000; i++)
        {
            yield return distribution.Sample(ref random).TotalMilliseconds;
        }
    }
}
