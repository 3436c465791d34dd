using Gateway.Load.Cli;
using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;

namespace Gateway.Load.Tests.Run;

public sealed class BottleneckTests
{
    [Theory]
    [InlineData(0, 0.9, ExitCode.Ok)]
    [InlineData(10, 0, ExitCode.Ok)]
    [InlineData(0, 0.91, ExitCode.Invalid)]
    [InlineData(11, 0, ExitCode.Invalid)]
    public void Of_AtItsLimits_IsTheExitCode(int lateMilliseconds, double ownCpu, int expected)
    {
        RunResult result = Result(lateMilliseconds, ownCpu, late: 100);

        Assert.Equal(expected == ExitCode.Ok, result.Bottleneck is null);
        Assert.Equal(expected, ExitCode.Of(new Report { Name = "", Runs = [result] }));
    }

    [Theory]
    [InlineData(1, ExitCode.Failed)]
    [InlineData(2, ExitCode.Invalid)]
    public void Of_OneInAHundredIsLate_OnlyMoreThanThatIsTheGenerators(int late, int expected)
    {
        AssertionResult failed = new("errors = 0", Holds: false, "");
        Assert.Equal(expected, ExitCode.Of(new Report { Name = "", Runs = [Result(500, 0, late)], Assertions = [failed] }));
    }

    private static RunResult Result(int lateMilliseconds, double ownCpu, int late)
    {
        Histogram lateness = new();
        for (int i = 0; i < 100; i++)
            lateness.Add(i < late ? lateMilliseconds * LoadClock.Millisecond : 0);
        RunTotals totals = new() { Succeeded = 100 };
        return new RunResult
        {
            Name = "",
            Url = "",
            Model = "",
            Load = "",
            StartedAt = default,
            Measures = new RunMeasures(new Dictionary<MetricId, Histogram> { [MetricId.Lateness] = lateness }, [], LoadClock.Second, new Dictionary<string, long>(), totals),
            Seconds = 1,
            WasCancelled = false,
            HasObjectives = false,
            OwnCpu = ownCpu,
        };
    }
}
