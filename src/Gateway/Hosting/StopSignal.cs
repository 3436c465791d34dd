using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>Waits for SIGINT or SIGTERM, for commands with nothing to drain.</summary>
internal static class StopSignal
{
    internal static async Task WaitAsync(CancellationToken stop)
    {
        TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using CancellationTokenRegistration cancelled = stop.Register(() => signalled.TrySetResult());
        await signalled.Task;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            signalled.TrySetResult();
        }
    }
}
