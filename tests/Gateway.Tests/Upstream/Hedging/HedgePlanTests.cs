using Gateway.Configuration;
using Gateway.Tests.Simulator;
using Gateway.Upstream.Hedging;

namespace Gateway.Tests.Upstream.Hedging;

public sealed class HedgePlanTests
{
    private static readonly HedgingOptions Fixed = new() { Delay = new(TimeSpan.FromMilliseconds(20), 0) };
    private static readonly HedgingOptions Measured = new() { Delay = new(null, 0.95), MinDelay = TimeSpan.FromMilliseconds(50) };

    private readonly ContentTimes _times = new(new SteppedTimeProvider());

    [Fact]
    public void Delay_Off_IsNull() => Assert.Null(HedgePlan.Delay(new HedgingOptions(), isStream: true, _times));

    [Fact]
    public void Delay_NoHedgesAllowed_IsNull() => Assert.Null(HedgePlan.Delay(Fixed with { MaxHedges = 0 }, isStream: true, _times));

    [Fact]
    public void Delay_Unary_NeedsItsOwnSwitch()
    {
        Assert.Null(HedgePlan.Delay(Fixed, isStream: false, _times));
        Assert.Equal(TimeSpan.FromMilliseconds(20), HedgePlan.Delay(Fixed with { Unary = true }, isStream: false, _times));
    }

    [Fact]
    public void Delay_Fixed_IsTakenAsItIs() => Assert.Equal(TimeSpan.FromMilliseconds(20), HedgePlan.Delay(Fixed, isStream: true, _times));

    [Fact]
    public void Delay_MeasuredBeforeWarmUp_IsNull() => Assert.Null(HedgePlan.Delay(Measured, isStream: true, _times));

    [Theory]
    [InlineData(10, 50, 50)]
    [InlineData(400, 370, 430)]
    public void Delay_Measured_IsAtLeastTheMinimum(double milliseconds, double from, double to)
    {
        for (int i = 0; i < ContentTimes.WarmUp; i++)
            _times.Observe(TimeSpan.FromMilliseconds(milliseconds));

        Assert.InRange(HedgePlan.Delay(Measured, isStream: true, _times)!.Value.TotalMilliseconds, from, to);
    }
}
