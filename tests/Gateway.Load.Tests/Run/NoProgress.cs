using Gateway.Load.Measures;
using Gateway.Load.Output;
using Gateway.Load.Run;

namespace Gateway.Load.Tests.Run;

internal sealed class NoProgress : IRunProgress
{
    public Task ShowAsync(RunOptions options, Recorder recorder, LoadClock clock, CancellationToken over) => Task.CompletedTask;
}
