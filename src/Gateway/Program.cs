using Gateway.Cli;
using Gateway.Hosting;
using Gateway.Sockets;

SocketThreads.PreferInline();
FileLimit.Raise();
CommandHandlers handlers = new()
{
    Serve = HostedCommands.ServeAsync,
    Demo = HostedCommands.DemoAsync,
    Probe = HostedCommands.ProbeAsync,
    Simulate = HostedCommands.SimulateAsync,
};
return await CommandLine.RunAsync(args, handlers, CommandHost.OfProcess(), CancellationToken.None);
