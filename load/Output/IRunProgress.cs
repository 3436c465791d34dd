using Gateway.Load.Measures;
using Gateway.Load.Run;

namespace Gateway.Load.Output;

/// <summary>Shows a run while it goes on: live on a terminal, plain lines in a pipe.</summary>
internal interface IRunProgress
{
    /// <summary>Returns when the token is cancelled; never throws.</summary>
    Task ShowAsync(RunOptions options, Recorder recorder, LoadClock clock, CancellationToken over);
}
