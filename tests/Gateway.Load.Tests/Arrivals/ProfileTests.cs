using Gateway.Load.Arrivals;

namespace Gateway.Load.Tests.Arrivals;

public sealed class ProfileTests
{
    [Theory]
    [InlineData("50", 0, 50)]
    [InlineData("50", 99, 50)]
    [InlineData("10..110", 5, 60)]
    [InlineData("10..110", 20, 110)]
    [InlineData("10:2s,100:3s,20", 1.9, 10)]
    [InlineData("10:2s,100:3s,20", 2, 100)]
    [InlineData("10:2s,100:3s,20", 9, 20)]
    public void At_Time_IsTheValueInForce(string text, double time, double expected)
    {
        Assert.Null(Profile.Parse(text, TimeSpan.FromSeconds(10), out Profile? profile));
        Assert.Equal(expected, profile!.At(time), 9);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("10,20:3s")]
    [InlineData("1..2..3")]
    [InlineData("10:0s,5")]
    public void Parse_NoProfile_SaysWhatIsWrong(string text) => Assert.NotNull(Profile.Parse(text, TimeSpan.FromSeconds(10), out _));

    [Theory]
    [InlineData("10:2s,0:3s,20..40:5s")]
    [InlineData("0..100")]
    [InlineData("100..1")]
    public void TimeOfArea_EveryArrival_IsWhereTheSummedRateReachesIt(string text)
    {
        Assert.Null(Profile.Parse(text, TimeSpan.FromSeconds(10), out Profile? profile));
        double area = 0;
        const double Step = 0.0001;
        double arrival = profile!.TimeOfArea(1);
        int found = 1;
        for (double time = 0; time < 10; time += Step)
        {
            area += profile.At(time + (Step / 2)) * Step;
            if (area < found)
                continue;
            Assert.Equal(time, arrival, 0.001);
            arrival = profile.TimeOfArea(++found);
        }

        Assert.True(found > 100);
    }
}
