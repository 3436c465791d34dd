using System.Runtime.InteropServices;
using Gateway.Hosting;
using Gateway.Load.Cli;

Platform.UseOneEventLoop();
FileLimit.Raise();
using CancellationTokenSource stop = new();

// The first Ctrl-C or SIGTERM ends the run with its report; the second one ends the process.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
LoadHost host = new() { Output = Console.Out, Error = Console.Error, IsTerminal = !Console.IsErrorRedirected, TimeProvider = TimeProvider.System };
return await CommandLine.RunAsync(args, host, stop.Token);

void Stop(PosixSignalContext context)
{
    if (stop.IsCancellationRequested)
        return;
    context.Cancel = true;
    Console.Error.WriteLine("gateway-load: stopping; requests in flight may end, a second signal ends the process at once.");
    stop.Cancel();
}
