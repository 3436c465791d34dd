using Gateway.Load.Cli;
using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;

namespace Gateway.Load.Tests.Cli;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(1, 0, 5, false, ExitCode.Ok)]
    [InlineData(0, 1, 0, false, ExitCode.Ok)]
    [InlineData(0, 0, 5, false, ExitCode.Failed)]
    [InlineData(0, 0, 0, false, ExitCode.Failed)]
    [InlineData(0, 0, 0, true, ExitCode.Ok)]
    [InlineData(0, 0, 5, true, ExitCode.Failed)]
    public void Of_NothingSucceeded_IsAFailureUnlessNothingHadTime(int succeeded, int cancelled, int failed, bool stopped, int expected)
    {
        RunTotals totals = new() { Succeeded = succeeded, Cancelled = cancelled };
        Dictionary<string, long> errors = failed == 0 ? [] : new() { [ErrorKinds.Timeout] = failed };
        RunResult run = new()
        {
            Name = "",
            Url = "",
            Model = "",
            Load = "",
            StartedAt = default,
            Measures = new RunMeasures(new Dictionary<MetricId, Histogram>(), [], LoadClock.Second, errors, totals),
            Seconds = 1,
            WasCancelled = stopped,
            HasObjectives = false,
            OwnCpu = 0,
        };

        Assert.Equal(expected, ExitCode.Of(new Report { Name = "", Runs = [run] }));
    }
}
